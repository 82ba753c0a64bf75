// Copies int8 values from a strided walk over a source tensor into a box of a destination tensor, or fills the box with
// one value: reshape, transpose, slice, reverse, concatenation, split, padding. Twin: src/reference/move.ts.
//
// One invocation owns one destination word and gathers its four values. Where the box covers only part of the word, the
// rest stays; where it reaches a row's end, the padding becomes zero. Copies that share a word go into dispatches of
// their own. Dispatch: linear over the box's words (`workgroups` of the contract).
//   source, destination   [row][row words] 4 int8 to a word, rows padded to 16 bytes; starts and strides count
//                         row-major elements without padding
// Limit: fewer than 2^31 elements in either tensor.
//#include "lib/box.wgsl"
//#include "lib/linear_workgroup.wgsl"
//#constant WORKGROUP

struct MoveParams {
    // Sizes and strides of the box's first four dimensions; the fifth runs along a destination row.
    sizes: vec4<u32>,
    destination_strides: vec4<i32>,
    source_strides: vec4<i32>,
    // Invocations: words per box row (its fifth dimension) times all box rows.
    words: u32,
    box_words: u32,
    // Where box rows start inside destination rows, and how long they are.
    first_word: u32,
    first_column: u32,
    columns: u32,
    destination_start: i32,
    destination_row_elements: u32,
    destination_row_words: u32,
    source_start: i32,
    source_column_stride: i32,
    source_row_elements: u32,
    source_row_words: u32,
    // 1: write `fill` instead of the source's values.
    fills: u32,
    fill: i32,
}

@group(0) @binding(0) var<uniform> params: MoveParams;
@group(0) @binding(1) var<storage, read> source: array<u32>;
@group(0) @binding(2) var<storage, read_write> destination: array<u32>;

// What belongs into the box for a source element, in the low byte of the result.
fn source_byte(element: u32) -> u32 {
    if (params.fills == 1u) {
        return u32(params.fill) & 0xffu;
    }
    let column = element % params.source_row_elements;
    let word = source[element / params.source_row_elements * params.source_row_words + column / 4u];
    return (word >> (8u * (column % 4u))) & 0xffu;
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
    let coordinates = box_coordinates(index / params.box_words, params.sizes);
    let word = params.first_word + index % params.box_words;
    let row_element = u32(params.destination_start + box_offset(coordinates, params.destination_strides));
    let target_word = row_element / params.destination_row_elements * params.destination_row_words + word;
    let source_start = params.source_start + box_offset(coordinates, params.source_strides);

    var result = 0u;
    for (var i = 0u; i < 4u; i++) {
        let column = word * 4u + i;
        // A column before the box wraps to a huge number.
        let box_column = column - params.first_column;
        var byte = 0u;
        if (box_column < params.columns) {
            byte = source_byte(u32(source_start + i32(box_column) * params.source_column_stride));
        } else if (column < params.destination_row_elements) {
            byte = (destination[target_word] >> (8u * i)) & 0xffu;
        }
        result |= byte << (8u * i);
    }
    destination[target_word] = result;
}
