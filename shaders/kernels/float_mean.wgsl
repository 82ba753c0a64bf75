// Averages of float32 values over some dimensions. Not bit-exact: the order of the sum is the kernel's, and devices may
// divide inexactly. Twin: src/reference/float_mean.ts.
//
// One workgroup computes one average: each invocation adds up every WORKGROUP-th term, and their sums are added in a tree,
// so that an error grows with a fraction of the terms. WORKGROUP is a power of two. Dispatch: linear over the output's
// elements (`workgroups` of the contract).
//   source, destination   f32, row-major, no padding
//#include "lib/box.wgsl"
//#include "lib/linear_workgroup.wgsl"
//#constant WORKGROUP

struct FloatMeanParams {
    // Sizes of the output but for its last dimension, and where each step along them goes in the source.
    sizes: vec4<u32>,
    strides: vec4<i32>,
    // The same for what is averaged: four dimensions here, a fifth as `reduced_columns`.
    reduced_sizes: vec4<u32>,
    reduced_strides: vec4<i32>,
    elements: u32,
    columns: u32,
    column_stride: i32,
    // Values in one average.
    terms: u32,
    reduced_columns: u32,
    reduced_column_stride: i32,
}

@group(0) @binding(0) var<uniform> params: FloatMeanParams;
@group(0) @binding(1) var<storage, read> source: array<f32>;
@group(0) @binding(2) var<storage, read_write> destination: array<f32>;

var<workgroup> partial: array<f32, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(local_invocation_index) lane: u32,
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
) {
    let index = linear_workgroup(workgroup, workgroups);
    if (index >= params.elements) {
        return;
    }
    let start = box_offset(box_coordinates(index / params.columns, params.sizes), params.strides)
        + i32(index % params.columns) * params.column_stride;
    var sum = 0.0;
    for (var term = lane; term < params.terms; term += WORKGROUP) {
        let coordinates = box_coordinates(term / params.reduced_columns, params.reduced_sizes);
        let column = i32(term % params.reduced_columns);
        sum += source[start + box_offset(coordinates, params.reduced_strides) + column * params.reduced_column_stride];
    }
    partial[lane] = sum;
    workgroupBarrier();
    for (var width = WORKGROUP / 2u; width > 0u; width /= 2u) {
        if (lane < width) {
            partial[lane] += partial[lane + width];
        }
        workgroupBarrier();
    }
    if (lane == 0u) {
        destination[index] = partial[0] / f32(params.terms);
    }
}
