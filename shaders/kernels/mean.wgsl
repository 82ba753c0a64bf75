// Averages of int8 values over some dimensions: sat8(mbqm(sum (x - input zero point), multiplier) + output zero point),
// the number of elements folded into the multiplier. Twin: src/reference/mean.ts.
//
// One invocation computes one output word of four averages. Dispatch: linear over the output's words (`workgroups` of the
// contract).
//   source        [row][source_row_words] 4 int8 to a word, rows padded to 16 bytes; strides count row-major elements
//                 without padding
//   destination   [row][row_words] 4 int8 to a word, padded with zeros to 16 bytes
// Limit: up to 2^31 / 255 elements per average, so that the sum stays in i32.
//#include "lib/box.wgsl"
//#include "lib/linear_workgroup.wgsl"
//#include "lib/pack_i8.wgsl"
//#include "lib/requantize.wgsl"
//#constant WORKGROUP

struct MeanParams {
    // Sizes of the output but for its last dimension, and where each step along them goes in the source.
    sizes: vec4<u32>,
    strides: vec4<i32>,
    // The same for what is averaged: four dimensions here, a fifth as `reduced_columns`.
    reduced_sizes: vec4<u32>,
    reduced_strides: vec4<i32>,
    // Words of all output rows.
    words: u32,
    row_words: u32,
    row_elements: u32,
    column_stride: i32,
    reduced_rows: u32,
    reduced_columns: u32,
    reduced_column_stride: i32,
    source_row_elements: u32,
    source_row_words: u32,
    input_zero_point: i32,
    multiplier: i32,
    shift: i32,
    output_zero_point: i32,
}

@group(0) @binding(0) var<uniform> params: MeanParams;
@group(0) @binding(1) var<storage, read> source: array<u32>;
@group(0) @binding(2) var<storage, read_write> destination: array<u32>;

fn source_at(element: u32) -> i32 {
    let column = element % params.source_row_elements;
    let word = source[element / params.source_row_elements * params.source_row_words + column / 4u];
    return extractBits(i32(word), 8u * (column % 4u), 8u);
}

// Average of the elements that belong to the output element whose first one is at `start`.
fn average(start: i32) -> i32 {
    var sum = 0;
    for (var row = 0u; row < params.reduced_rows; row++) {
        var element = start + box_offset(box_coordinates(row, params.reduced_sizes), params.reduced_strides);
        for (var column = 0u; column < params.reduced_columns; column++) {
            sum += source_at(u32(element)) - params.input_zero_point;
            element += params.reduced_column_stride;
        }
    }
    return clamp(multiply_by_quantized_multiplier(sum, params.multiplier, params.shift) + params.output_zero_point, -128, 127);
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
    let start = box_offset(box_coordinates(index / params.row_words, params.sizes), params.strides);
    var values = vec4<i32>(0);
    for (var i = 0u; i < 4u; i++) {
        let column = word * 4u + i;
        if (column < params.row_elements) {
            values[i] = average(start + i32(column) * params.column_stride);
        }
    }
    destination[index] = mask_row_end(pack_i8(values), word, params.row_elements);
}
