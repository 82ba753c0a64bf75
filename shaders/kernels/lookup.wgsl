// Any function of one int8, by a table of its 256 results. Twin: src/reference/lookup.ts.
//
// One invocation maps one word of four values and keeps a row's padding zero. Dispatch: linear over all words of all
// rows (`workgroups` of the contract).
//   params.table   256 int8 by the input's bit pattern, 16 to a vector
//   source, destination   [row][row_words] 4 int8 to a word, rows padded with zeros to 16 bytes
//#include "lib/linear_workgroup.wgsl"
//#include "lib/pack_i8.wgsl"
//#constant WORKGROUP

struct LookupParams {
    // Words of all rows.
    words: u32,
    row_words: u32,
    row_elements: u32,
    table: array<vec4<u32>, 16>,
}

@group(0) @binding(0) var<uniform> params: LookupParams;
@group(0) @binding(1) var<storage, read> source: array<u32>;
@group(0) @binding(2) var<storage, read_write> destination: array<u32>;

// The table's entry in its low byte; the bits above it are other entries.
fn table_entry(pattern: u32) -> u32 {
    return params.table[pattern / 16u][(pattern / 4u) % 4u] >> (8u * (pattern % 4u));
}

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(local_invocation_index) lane: u32,
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
) {
    let index = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    if (index >= params.words) {
        return;
    }
    let patterns = vec4<u32>(unpack_i8(source[index])) & vec4<u32>(0xffu);
    let values = vec4<i32>(vec4<u32>(
        table_entry(patterns.x),
        table_entry(patterns.y),
        table_entry(patterns.z),
        table_entry(patterns.w),
    ));
    destination[index] = mask_row_end(pack_i8(values), index % params.row_words, params.row_elements);
}
