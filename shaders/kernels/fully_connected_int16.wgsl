// A dense layer with int16 outputs: clamp(mbqm(W x + bias, multiplier)) per row and output channel, int8 in.
// Twin: src/reference/fully_connected_int16.ts.
//
// One invocation computes four neighbouring output channels of ROWS rows.
// Dispatch: x over quads of output channels by workgroup, y and z over row tiles (`workgroups` of the contract).
//   weights        quads of output channels' rows, packed by `packQuads`; zero past the last channel
//   channels       [quad] bias, multiplier and shift of four channels; zero past the last one
//   activation     [row][input_blocks] 8 int8 to an element, rows padded to 16 bytes; the padding meets zero weights
//   output         [row][outputs] an int16 to a word, no padding
// Limits: |W x + bias| < 2^31, also after the left shift of the multiplier, which lowering and the quantizer prove.
//#include "lib/channel_quad.wgsl"
//#include "lib/row_tile_product.wgsl"
//#constant WORKGROUP

const CHANNELS_PER_QUAD = 4u;

struct FullyConnectedInt16Params {
    rows: u32,
    outputs: u32,
    // Blocks of 8 int8 along an input row.
    input_blocks: u32,
    // Quads of output channels, the last one filled up.
    quads: u32,
}

@group(0) @binding(0) var<uniform> params: FullyConnectedInt16Params;
@group(0) @binding(1) var<storage, read> weights: array<vec2<u32>>;
@group(0) @binding(2) var<storage, read> channels: array<ChannelQuad>;
@group(0) @binding(3) var<storage, read> activation: array<vec2<u32>>;
@group(0) @binding(4) var<storage, read_write> output: array<i32>;

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
    let quad_index = invocation.x;
    let first_row = (workgroup.z * workgroups.y + workgroup.y) * ROWS;
    if (first_row >= params.rows) {
        return;
    }
    // Invocations past the last quad take part in the product, which needs whole subgroups, and drop it.
    let weights_start = quad_weights_start(min(quad_index, params.quads - 1u), params.input_blocks);
    let tile = RowTile(first_row * params.input_blocks, params.input_blocks, params.rows - 1u - first_row);
    let sums = row_tile_product(weights_start, params.input_blocks, tile);
    if (quad_index >= params.quads) {
        return;
    }
    let quad = channels[quad_index];
    let first_channel = quad_index * CHANNELS_PER_QUAD;
    let channel_count = min(CHANNELS_PER_QUAD, params.outputs - first_channel);
    // A run-time end keeps this a loop, which compiles in a fraction of the time.
    let row_count = min(ROWS, params.rows - first_row);
    for (var row = 0u; row < row_count; row++) {
        let values = requantize_channels(sums[row] + quad.bias, quad, 0, -32768, 32767);
        let start = (first_row + row) * params.outputs + first_channel;
        for (var channel = 0u; channel < channel_count; channel++) {
            output[start + channel] = values[channel];
        }
    }
}
