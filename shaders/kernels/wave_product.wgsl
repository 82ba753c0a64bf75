// Input side of all gates of the layers of a stack but the first, for the timesteps that lstm_resident advances next:
// what input_product computes, from the outputs that the layer below has put out by then. Twin: src/reference/wave_product.ts.
//
// One invocation computes the gates of one cell for ROWS timesteps of one batch row. Dispatch: x over units by workgroup,
// y over [batch row][tile of the wave's timesteps], z over the layers but the first.
//   weights        [layer but the first] quads of the cells' gates, packed by `packQuads`
//   bias           [layer but the first][padded unit] vec4 over gates, int32
//   state_in       [0].x is the timestep of the first layer (lib/lstm_row.wgsl)
//   activation     [layer] output rows, `output_direction_stride` apart, of output_blocks 8 int8 to an element
//   gates          [layer][row][padded unit] four int16 in two words (pack_gates)
//#include "lib/lstm_params.wgsl"
//#include "lib/lstm_cell.wgsl"
//#include "lib/row_tile_product.wgsl"
//#constant WORKGROUP

@group(0) @binding(0) var<uniform> params: LstmParams;
@group(0) @binding(1) var<storage, read> weights: array<vec2<u32>>;
@group(0) @binding(2) var<storage, read> bias: array<vec4<i32>>;
@group(0) @binding(3) var<storage, read> state_in: array<vec2<u32>>;
@group(0) @binding(4) var<storage, read> activation: array<vec2<u32>>;
@group(0) @binding(5) var<storage, read_write> gates: array<vec2<u32>>;

fn weight_at(index: u32) -> vec2<u32> {
    return weights[index];
}

fn activation_at(index: u32) -> vec2<u32> {
    return activation[index];
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) invocation: vec3<u32>, @builtin(workgroup_id) workgroup: vec3<u32>) {
    let unit = invocation.x;
    let below = workgroup.z;
    let layer = below + 1u;
    let tiles = (params.sequence_steps + ROWS - 1u) / ROWS;
    let batch_row = workgroup.y / tiles;
    let first_step = workgroup.y % tiles * ROWS;
    // Before the layer's turn it wraps around, to beyond the last timestep.
    let first_timestep = state_in[0].x - layer * params.lane_delay + first_step;
    if (first_timestep >= params.timesteps) {
        return;
    }
    let row_count = min(min(ROWS, params.sequence_steps - first_step), params.timesteps - first_timestep);
    let first_row = first_timestep * params.time_stride + batch_row * params.batch_stride;
    // Invocations past the last unit take part in the product, which needs whole subgroups, and drop it.
    let quad = below * params.padded_units + min(unit, params.padded_units - 1u);
    let first_block = below * params.output_direction_stride + first_row * params.output_blocks;
    let tile = RowTile(first_block, params.time_stride * params.output_blocks, row_count - 1u);
    let sums = row_tile_product(quad_weights_start(quad, params.output_blocks), params.output_blocks, tile);
    if (unit >= params.padded_units) {
        return;
    }
    let unit_bias = bias[quad];
    let multiplier = params.directions[layer].input_multiplier;
    let shift = params.directions[layer].input_shift;
    for (var step = 0u; step < row_count; step++) {
        let row = layer * params.rows + first_row + step * params.time_stride;
        let sum = add_requantized(vec4<i32>(0), sums[step] + unit_bias, multiplier, shift);
        gates[row * params.padded_units + unit] = pack_gates(sum);
    }
}
