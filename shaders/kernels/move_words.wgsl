// Copies 4-byte values from a strided walk over a source tensor into a box of a destination tensor, or fills the box with
// one value: what move.wgsl does for int8, for the float32 tensors of islands, bit for bit. Twin:
// src/reference/move_words.ts.
//
// One invocation owns one word of the box; what lies outside the box stays. Dispatch: linear over the box's words
// (`workgroups` of the contract).
//   source, destination   one element to a word, row-major, no padding
//#include "lib/box.wgsl"
//#include "lib/linear_workgroup.wgsl"
//#constant WORKGROUP

struct MoveWordsParams {
    // Sizes and strides of the box's first four dimensions; the fifth runs along a destination row.
    sizes: vec4<u32>,
    destination_strides: vec4<i32>,
    source_strides: vec4<i32>,
    words: u32,
    columns: u32,
    destination_start: i32,
    source_start: i32,
    source_column_stride: i32,
    // 1: write `fill` instead of the source's values.
    fills: u32,
    fill: u32,
}

@group(0) @binding(0) var<uniform> params: MoveWordsParams;
@group(0) @binding(1) var<storage, read> source: array<u32>;
@group(0) @binding(2) var<storage, read_write> destination: array<u32>;

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
    let column = i32(index % params.columns);
    let coordinates = box_coordinates(index / params.columns, params.sizes);
    let element = params.destination_start + box_offset(coordinates, params.destination_strides) + column;
    var value = params.fill;
    if (params.fills == 0u) {
        value = source[params.source_start + box_offset(coordinates, params.source_strides) + column * params.source_column_stride];
    }
    destination[element] = value;
}
