// A dense layer: clamp(mbqm(W x + bias, multiplier) + zero point) per row and output channel, all int8 in and out.
// Twin: src/reference/fully_connected.ts.
//
// One invocation computes four neighbouring output channels of ROWS rows, one word each, and the zeros that pad a row.
// Dispatch: x over output words by workgroup, y and z over row tiles (`workgroups` of the contract).
//   weights        quads of output channels' rows, packed by `packQuads`; zero past the last channel
//   channels       [padded quad] bias, multiplier and shift of four channels; zero past the last one
//   activation     [row][input_blocks] 8 int8 to an element, rows padded to 16 bytes; the padding meets zero weights
//   output         [row][output_words] 4 int8 to a word, padded with zeros to 16 bytes
// Limits: |W x + bias| < 2^31, which lowering proves; with an effective scale above 1 the sum with the zero point may
// wrap, as in the twin.
//#include "lib/channel_quad.wgsl"
//#include "lib/pack_i8.wgsl"
//#include "lib/row_tile_product.wgsl"
//#constant WORKGROUP

struct FullyConnectedParams {
    rows: u32,
    outputs: u32,
    // Blocks of 8 int8 along an input row.
    input_blocks: u32,
    // Words along an output row, padding included.
    output_words: u32,
    output_zero_point: i32,
    output_min: i32,
    output_max: i32,
}

@group(0) @binding(0) var<uniform> params: FullyConnectedParams;
@group(0) @binding(1) var<storage, read> weights: array<vec2<u32>>;
@group(0) @binding(2) var<storage, read> channels: array<ChannelQuad>;
@group(0) @binding(3) var<storage, read> activation: array<vec2<u32>>;
@group(0) @binding(4) var<storage, read_write> output: array<u32>;

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
    let first_row = (workgroup.z * workgroups.y + workgroup.y) * ROWS;
    if (first_row >= params.rows) {
        return;
    }
    // Invocations past the last word take part in the product, which needs whole subgroups, and drop it.
    let weights_start = quad_weights_start(min(word, params.output_words - 1u), params.input_blocks);
    let tile = RowTile(first_row * params.input_blocks, params.input_blocks, params.rows - 1u - first_row);
    let sums = row_tile_product(weights_start, params.input_blocks, tile);
    if (word >= params.output_words) {
        return;
    }
    let quad = channels[word];
    // A run-time end keeps this a loop, which compiles in a fraction of the time.
    let row_count = min(ROWS, params.rows - first_row);
    for (var row = 0u; row < row_count; row++) {
        let values = requantize_channels(
            sums[row] + quad.bias,
            quad,
            params.output_zero_point,
            params.output_min,
            params.output_max,
        );
        output[(first_row + row) * params.output_words + word] = mask_row_end(pack_i8(values), word, params.outputs);
    }
}
