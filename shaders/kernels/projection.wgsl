// Projection of one timestep: h = sat8(mbqm(Wp m + bias, multiplier) + zero point), bounded by the clip; becomes the next
// state and the step's output. Twin: src/reference/projection.ts.
//
// One invocation computes four neighbouring output elements of ROWS batch rows, one word each. Dispatch: x over quads of
// elements by workgroup, y over batch row tiles, z over directions.
//   weights        [direction] quads of output elements' rows, packed by `packQuads`; quads padded to 8 per direction
//   bias           [direction][padded quad] vec4 int32
//   hidden         [direction][padded batch row][hidden_blocks] m, from lstm_step or lstm_normalize
//   state_in       previous state and clock (lib/lstm_row.wgsl)
//   state_out      next state and clock
//   output         [direction][row][output_blocks]
//#include "lib/lstm_output.wgsl"
//#include "lib/lstm_projection.wgsl"
//#include "lib/row_tile_product.wgsl"
//#constant WORKGROUP

@group(0) @binding(0) var<uniform> params: LstmParams;
@group(0) @binding(1) var<storage, read> weights: array<vec2<u32>>;
@group(0) @binding(2) var<storage, read> bias: array<vec4<i32>>;
@group(0) @binding(3) var<storage, read> hidden: array<vec2<u32>>;
@group(0) @binding(4) var<storage, read> state_in: array<vec2<u32>>;
@group(0) @binding(5) var<storage, read_write> state_out: array<u32>;
@group(0) @binding(6) var<storage, read_write> output: array<u32>;

fn weight_at(index: u32) -> vec2<u32> {
    return weights[index];
}

fn activation_at(index: u32) -> vec2<u32> {
    return hidden[index];
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) invocation: vec3<u32>, @builtin(workgroup_id) workgroup: vec3<u32>) {
    let word = invocation.x;
    let first_row = workgroup.y * ROWS;
    let direction = workgroup.z;
    let timestep = state_in[0].x;
    if (word == 0u && first_row == 0u && direction == 0u) {
        state_out[0] = next_timestep(timestep);
    }
    let words = (params.output_elements + 3u) / 4u;
    let padded_words = (words + QUADS_PER_TILE - 1u) / QUADS_PER_TILE * QUADS_PER_TILE;
    // Invocations past the last word take part in the product, which needs whole subgroups, and drop it.
    let quad = direction * padded_words + min(word, words - 1u);
    let first_block = (direction * params.padded_batch + first_row) * params.hidden_blocks;
    let tile = RowTile(first_block, params.hidden_blocks, ROWS - 1u);
    let products = row_tile_product(quad_weights_start(quad, params.hidden_blocks), params.hidden_blocks, tile);
    if (word >= words) {
        return;
    }
    // A run-time end keeps this a loop, which compiles in a fraction of the time.
    let layer = params.directions[direction];
    let row_count = min(ROWS, params.batch - first_row);
    for (var row = 0u; row < row_count; row++) {
        let values = mask_row_end(project(layer, products[row] + bias[quad]), word, params.output_elements);
        let batch_row = first_row + row;
        write_output(direction, batch_row, word, timestep, row_length(batch_row), values);
    }
}
