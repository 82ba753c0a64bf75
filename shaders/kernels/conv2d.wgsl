// Convolution over images, int8 in and out: per position and output channel
// clamp(mbqm(sum over the filter inside the image of (x - z_x) w + bias, multiplier) + z_y). Twin:
// src/reference/conv2d.ts.
//
// One invocation computes four neighbouring output channels of ROWS positions, one word each, and the zeros that pad a
// row. Dispatch: x over output words by workgroup, y and z over tiles of positions (`workgroups` of the contract).
//   weights        quads of output channels, packed by `packWeights`: along the depth one input row per filter element
//   channels       [padded quad] bias, multiplier and shift of four channels
//   tap_offsets    [padded quad][filter element] -z_x * sum of the element's weights, per channel
//   activation     [image][height][width][input_blocks] 8 int8 to an element, rows padded to 16 bytes
//   output         [position][output_words] 4 int8 to a word, padded with zeros to 16 bytes
// Limits: accumulators stay in i32, which lowering proves; the result with the zero point may wrap, as in the twin.
//#include "lib/channel_quad.wgsl"
//#include "lib/convolution.wgsl"
//#include "lib/pack_i8.wgsl"
//#include "lib/quad_product.wgsl"
//#constant WORKGROUP

@group(0) @binding(0) var<uniform> params: ConvolutionParams;
@group(0) @binding(1) var<storage, read> weights: array<vec2<u32>>;
@group(0) @binding(2) var<storage, read> channels: array<ChannelQuad>;
@group(0) @binding(3) var<storage, read> tap_offsets: array<vec4<i32>>;
@group(0) @binding(4) var<storage, read> activation: array<vec2<u32>>;
@group(0) @binding(5) var<storage, read_write> output: array<u32>;

fn weight_at(index: u32) -> vec2<u32> {
    return weights[index];
}

fn activation_at(index: u32) -> vec2<u32> {
    return activation[index];
}

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(global_invocation_id) invocation: vec3<u32>,
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
) {
    let word = invocation.x;
    let first_position = (workgroup.z * workgroups.y + workgroup.y) * ROWS;
    if (word >= params.output_words || first_position >= params.positions) {
        return;
    }
    let quad = channels[word];
    var origins: array<FilterOrigin, ROWS>;
    var sums: array<vec4<i32>, ROWS>;
    for (var row = 0u; row < ROWS; row++) {
        origins[row] = filter_origin(min(first_position + row, params.positions - 1u));
        sums[row] = quad.bias;
    }
    let taps = params.filter_size.x * params.filter_size.y;
    let weights_start = quad_weights_start(word, taps * params.input_blocks);
    for (var tap = 0u; tap < taps; tap++) {
        let step = vec2<u32>(tap / params.filter_size.y, tap % params.filter_size.y);
        // A position that the tap has outside the image reads the image's first pixel and drops the product.
        var row_starts: array<u32, ROWS>;
        var inside: array<bool, ROWS>;
        for (var row = 0u; row < ROWS; row++) {
            let pixel = pixel_under(origins[row], step);
            inside[row] = is_inside(pixel);
            row_starts[row] = input_row(origins[row], select(vec2<i32>(0), pixel, inside[row])) * params.input_blocks;
        }
        let tap_start = weights_start + tap * params.input_blocks * SLOTS * QUADS_PER_TILE;
        let products = quad_product(tap_start, params.input_blocks, row_starts);
        let offset = tap_offsets[word * taps + tap];
        for (var row = 0u; row < ROWS; row++) {
            sums[row] += select(vec4<i32>(0), products[row] + offset, inside[row]);
        }
    }
    for (var row = 0u; row < ROWS; row++) {
        let position = first_position + row;
        if (position < params.positions) {
            let values = requantize_channels(sums[row], quad, params.output_zero_point, params.output_min, params.output_max);
            output[position * params.output_words + word] = mask_row_end(pack_i8(values), word, params.outputs);
        }
    }
}
