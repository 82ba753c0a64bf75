// Rows of a table by their numbers, as an embedding looks words up. Twin: src/reference/gather.ts.
//
// One invocation copies one word. Dispatch: linear over the destination's words (`workgroups` of the contract).
//   table         [table row][row_words] 4 int8 to a word, rows padded with zeros to 16 bytes; or values of 4 bytes
//   indices       [row] number of a table row; the host has checked that it is there
//   destination   [row][row_words]
//#include "lib/linear_workgroup.wgsl"
//#constant WORKGROUP

struct GatherParams {
    rows: u32,
    row_words: u32,
}

@group(0) @binding(0) var<uniform> params: GatherParams;
@group(0) @binding(1) var<storage, read> table: array<u32>;
@group(0) @binding(2) var<storage, read> indices: array<u32>;
@group(0) @binding(3) var<storage, read_write> destination: array<u32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(local_invocation_index) lane: u32,
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
) {
    let index = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    let row = index / params.row_words;
    if (row >= params.rows) {
        return;
    }
    destination[index] = table[indices[row] * params.row_words + index % params.row_words];
}
