// Convolution of each channel on its own, int8 in and out; output channel o sees input channel o / depth_multiplier.
// Twin: src/reference/depthwise_conv2d.ts.
//
// One invocation computes one output word: four neighbouring channels of one position. Dispatch: linear over output words
// (`workgroups` of the contract).
//   weights        [filter element][output_words] 4 int8 to a word
//   channels       [padded quad] bias, multiplier and shift of four channels
//   activation     [image][height][width][2 * input_blocks] 4 int8 to a word, rows padded to 16 bytes
//   output         [position][output_words] 4 int8 to a word, padded with zeros to 16 bytes
// Limits: accumulators stay in i32, which lowering proves; the result with the zero point may wrap, as in the twin.
//#include "lib/channel_quad.wgsl"
//#include "lib/convolution.wgsl"
//#include "lib/linear_workgroup.wgsl"
//#include "lib/pack_i8.wgsl"
//#constant WORKGROUP

@group(0) @binding(0) var<uniform> params: ConvolutionParams;
@group(0) @binding(1) var<storage, read> weights: array<u32>;
@group(0) @binding(2) var<storage, read> channels: array<ChannelQuad>;
@group(0) @binding(3) var<storage, read> activation: array<u32>;
@group(0) @binding(4) var<storage, read_write> output: array<u32>;

fn activation_at(row: u32, channel: u32) -> i32 {
    let word = activation[row * params.input_blocks * 2u + channel / 4u];
    return extractBits(i32(word), 8u * (channel % 4u), 8u);
}

// Input values of the four output channels of a word; channels past the last one see it, and their results are dropped.
fn channels_at(row: u32, word: u32) -> vec4<i32> {
    if (params.depth_multiplier == 1u) {
        return unpack_i8(activation[row * params.input_blocks * 2u + word]);
    }
    let last = vec4<u32>(params.outputs - 1u);
    let input_channels = min(vec4<u32>(word * 4u) + vec4<u32>(0u, 1u, 2u, 3u), last) / params.depth_multiplier;
    return vec4<i32>(
        activation_at(row, input_channels.x),
        activation_at(row, input_channels.y),
        activation_at(row, input_channels.z),
        activation_at(row, input_channels.w),
    );
}

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(local_invocation_index) lane: u32,
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
) {
    let index = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    let position = index / params.output_words;
    let word = index % params.output_words;
    if (position >= params.positions) {
        return;
    }
    let quad = channels[word];
    let origin = filter_origin(position);
    var sums = quad.bias;
    let taps = params.filter_size.x * params.filter_size.y;
    for (var tap = 0u; tap < taps; tap++) {
        let pixel = pixel_under(origin, vec2<u32>(tap / params.filter_size.y, tap % params.filter_size.y));
        if (is_inside(pixel)) {
            let differences = channels_at(input_row(origin, pixel), word) - params.input_zero_point;
            sums += differences * unpack_i8(weights[tap * params.output_words + word]);
        }
    }
    let values = requantize_channels(sums, quad, params.output_zero_point, params.output_min, params.output_max);
    output[index] = mask_row_end(pack_i8(values), word, params.outputs);
}
