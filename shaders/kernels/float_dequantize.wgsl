// int8 to float32: scale * (q - zero point), one correctly rounded product. Twin: src/reference/float_dequantize.ts.
//
// One invocation makes one element. Dispatch: linear over the elements (`workgroups` of the contract).
//   source        [row][row_words] 4 int8 to a word, rows padded to 16 bytes
//   destination   [row][element] f32, no padding
//#include "lib/linear_workgroup.wgsl"
//#constant WORKGROUP

struct FloatDequantizeParams {
    elements: u32,
    row_words: u32,
    row_elements: u32,
    zero_point: i32,
    scale: f32,
}

@group(0) @binding(0) var<uniform> params: FloatDequantizeParams;
@group(0) @binding(1) var<storage, read> source: array<u32>;
@group(0) @binding(2) var<storage, read_write> destination: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(local_invocation_index) lane: u32,
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
) {
    let index = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    if (index >= params.elements) {
        return;
    }
    let column = index % params.row_elements;
    let word = source[index / params.row_elements * params.row_words + column / 4u];
    let value = extractBits(i32(word), 8u * (column % 4u), 8u);
    destination[index] = params.scale * f32(value - params.zero_point);
}
