// A convolution in float32, of all channels together or of each on its own (depthwise): activation(filter * image + b). Not
// bit-exact: devices may fuse a product with its sum. Twin: src/reference/float_conv2d.ts.
//
// One invocation computes one output of one pixel. Dispatch: linear over the output's elements (`workgroups` of the contract).
//   weights       [filter row][filter column][term][output] f32, so that neighbouring invocations read neighbouring weights;
//                 a depthwise filter has one term, a full one as many as the image has channels
//   bias          [output] f32
//   source        [image][row][column][channel] f32, no padding
//   destination   [image][row][column][output] f32, no padding
//#include "lib/linear_workgroup.wgsl"
//#constant WORKGROUP

struct FloatConv2dParams {
    // Vectors are (height, width).
    input_size: vec2<u32>,
    output_size: vec2<u32>,
    filter_size: vec2<u32>,
    stride: vec2<u32>,
    dilation: vec2<u32>,
    // Steps outside the image before the first output's filter.
    padding: vec2<u32>,
    // Of the output.
    elements: u32,
    outputs: u32,
    channels: u32,
    terms: u32,
    // Outputs that begin at the same channel: all of them for a full filter.
    outputs_per_channel: u32,
    low: f32,
    high: f32,
}

@group(0) @binding(0) var<uniform> params: FloatConv2dParams;
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
    let pixel = index / params.outputs;
    let image = pixel / (params.output_size.x * params.output_size.y);
    let position = vec2<u32>(pixel / params.output_size.y % params.output_size.x, pixel % params.output_size.y);
    let first_channel = output / params.outputs_per_channel;
    var sum = bias[output];
    for (var row = 0u; row < params.filter_size.x; row++) {
        for (var column = 0u; column < params.filter_size.y; column++) {
            // A step before the image wraps to a huge number.
            let step = position * params.stride + vec2<u32>(row, column) * params.dilation - params.padding;
            if (any(step >= params.input_size)) {
                continue;
            }
            let start = ((image * params.input_size.x + step.x) * params.input_size.y + step.y) * params.channels + first_channel;
            let tap = (row * params.filter_size.y + column) * params.terms;
            for (var term = 0u; term < params.terms; term++) {
                sum += weights[(tap + term) * params.outputs + output] * source[start + term];
            }
        }
    }
    destination[index] = clamp(sum, params.low, params.high);
}
