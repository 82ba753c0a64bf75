// A function of two float32 tensors, element by element, with broadcasting, clamped to a range. Not bit-exact where it
// divides. Twin: src/reference/float_binary.ts.
//
// One invocation computes one element. Dispatch: linear over the output's elements (`workgroups` of the contract).
//   left, right, destination   f32, row-major, no padding; a stride of 0 repeats an operand
//#include "lib/box.wgsl"
//#include "lib/linear_workgroup.wgsl"
//#constant WORKGROUP

struct FloatBinaryParams {
    // Sizes of the output but for its last dimension, and where each step along them goes in the operands.
    sizes: vec4<u32>,
    left_strides: vec4<i32>,
    right_strides: vec4<i32>,
    elements: u32,
    // The last dimension.
    columns: u32,
    left_column_stride: i32,
    right_column_stride: i32,
    low: f32,
    high: f32,
}

@group(0) @binding(0) var<uniform> params: FloatBinaryParams;
@group(0) @binding(1) var<storage, read> left: array<f32>;
@group(0) @binding(2) var<storage, read> right: array<f32>;
@group(0) @binding(3) var<storage, read_write> destination: array<f32>;

override operation: u32 = 0u;

const SUBTRACT = 1u;
const MULTIPLY = 2u;
const DIVIDE = 3u;
const SQUARED_DIFFERENCE = 4u;
const MAXIMUM = 5u;
const MINIMUM = 6u;

fn combine(a: f32, b: f32) -> f32 {
    switch operation {
        case SUBTRACT { return a - b; }
        case MULTIPLY { return a * b; }
        case DIVIDE { return a / b; }
        case SQUARED_DIFFERENCE { return (a - b) * (a - b); }
        case MAXIMUM { return max(a, b); }
        case MINIMUM { return min(a, b); }
        default { return a + b; }
    }
}

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
    let column = i32(index % params.columns);
    let coordinates = box_coordinates(index / params.columns, params.sizes);
    let a = left[box_offset(coordinates, params.left_strides) + column * params.left_column_stride];
    let b = right[box_offset(coordinates, params.right_strides) + column * params.right_column_stride];
    destination[index] = clamp(combine(a, b), params.low, params.high);
}
