// Sum, difference or product of two int8 tensors, element by element, with broadcasting. Twin: src/reference/binary.ts.
//
// One invocation computes one output word of four values. Dispatch: linear over the output's words (`workgroups` of the
// contract).
//   left, right   [row][row words] 4 int8 to a word; rows as long as the output's, or of one value that repeats
//   destination   [row][row_words] 4 int8 to a word, padded with zeros to 16 bytes
// Limits: (q - zero point) * 2^20 is below 2^28 in magnitude, and the sum of two such terms, scaled by at most 1/2, fits
// i32; the result with the zero point may wrap, as in the twin.
//#include "lib/box.wgsl"
//#include "lib/linear_workgroup.wgsl"
//#include "lib/pack_i8.wgsl"
//#include "lib/requantize.wgsl"
//#constant WORKGROUP

struct BinaryParams {
    // Sizes of the output but for its last dimension, and where each step along them goes, in rows of the operands.
    sizes: vec4<u32>,
    left_row_strides: vec4<i32>,
    right_row_strides: vec4<i32>,
    // Words of all output rows.
    words: u32,
    row_words: u32,
    row_elements: u32,
    left_row_words: u32,
    right_row_words: u32,
    // 1: the operand's rows have one value.
    left_repeats: u32,
    right_repeats: u32,
    left_zero_point: i32,
    left_multiplier: i32,
    left_shift: i32,
    right_zero_point: i32,
    right_multiplier: i32,
    right_shift: i32,
    output_multiplier: i32,
    output_shift: i32,
    output_zero_point: i32,
    output_min: i32,
    output_max: i32,
}

@group(0) @binding(0) var<uniform> params: BinaryParams;
@group(0) @binding(1) var<storage, read> left: array<u32>;
@group(0) @binding(2) var<storage, read> right: array<u32>;
@group(0) @binding(3) var<storage, read_write> destination: array<u32>;

override operation: u32 = 0u;

const SUBTRACT = 1u;
const MULTIPLY = 2u;
const SUM_SHIFT = 20u;

fn left_at(row: u32, word: u32) -> vec4<i32> {
    let values = unpack_i8(left[row * params.left_row_words + select(word, 0u, params.left_repeats == 1u)]);
    return select(values, vec4<i32>(values.x), params.left_repeats == 1u);
}

fn right_at(row: u32, word: u32) -> vec4<i32> {
    let values = unpack_i8(right[row * params.right_row_words + select(word, 0u, params.right_repeats == 1u)]);
    return select(values, vec4<i32>(values.x), params.right_repeats == 1u);
}

fn combine(left_value: i32, right_value: i32) -> i32 {
    let left_difference = left_value - params.left_zero_point;
    let right_difference = right_value - params.right_zero_point;
    var raw = left_difference * right_difference;
    if (operation != MULTIPLY) {
        let left_term = multiply_by_quantized_multiplier(left_difference << SUM_SHIFT, params.left_multiplier, params.left_shift);
        let right_term = multiply_by_quantized_multiplier(right_difference << SUM_SHIFT, params.right_multiplier, params.right_shift);
        raw = left_term + select(right_term, -right_term, operation == SUBTRACT);
    }
    let value = multiply_by_quantized_multiplier(raw, params.output_multiplier, params.output_shift) + params.output_zero_point;
    return clamp(value, params.output_min, params.output_max);
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
    let word = index % params.row_words;
    let coordinates = box_coordinates(index / params.row_words, params.sizes);
    let left_values = left_at(u32(box_offset(coordinates, params.left_row_strides)), word);
    let right_values = right_at(u32(box_offset(coordinates, params.right_row_strides)), word);
    let values = vec4<i32>(
        combine(left_values.x, right_values.x),
        combine(left_values.y, right_values.y),
        combine(left_values.z, right_values.z),
        combine(left_values.w, right_values.w),
    );
    destination[index] = mask_row_end(pack_i8(values), word, params.row_elements);
}
