// int16 to float32: scale * q, one correctly rounded product. Twin: src/reference/float_dequantize_int16.ts.
//
// One invocation makes one element. Dispatch: linear over the elements (`workgroups` of the contract).
//   source        [element] an int16 to a word, no padding
//   destination   [element] f32
//#include "lib/linear_workgroup.wgsl"
//#constant WORKGROUP

struct FloatDequantizeInt16Params {
    elements: u32,
    scale: f32,
}

@group(0) @binding(0) var<uniform> params: FloatDequantizeInt16Params;
@group(0) @binding(1) var<storage, read> source: array<i32>;
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
    destination[index] = params.scale * f32(source[index]);
}
