// A dense layer in float32: activation(W x + b) over rows. Not bit-exact: devices may fuse a product with its sum. Twin:
// src/reference/float_fully_connected.ts.
//
// One invocation computes one output of one row. Dispatch: linear over rows times outputs (`workgroups` of the contract).
//   weights       [input][output] f32, so that neighbouring invocations read neighbouring weights
//   bias          [output] f32
//   source        [row][input] f32, no padding
//   destination   [row][output] f32, no padding
//#include "lib/linear_workgroup.wgsl"
//#constant WORKGROUP

struct FloatFullyConnectedParams {
    // Rows times outputs.
    elements: u32,
    inputs: u32,
    outputs: u32,
    low: f32,
    high: f32,
}

@group(0) @binding(0) var<uniform> params: FloatFullyConnectedParams;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read> source: array<f32>;
@group(0) @binding(4) var<storage, read_write> destination: array<f32>;

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
    let output = index % params.outputs;
    let row_start = index / params.outputs * params.inputs;
    var sum = bias[output];
    for (var input = 0u; input < params.inputs; input++) {
        sum += weights[input * params.outputs + output] * source[row_start + input];
    }
    destination[index] = clamp(sum, params.low, params.high);
}
