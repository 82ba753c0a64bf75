// Input side of all gates for all timesteps of a run: sat16(mbqm(W x + bias, input multiplier)) per row, unit and gate.
// Twin: src/reference/input_product.ts.
//
// One invocation computes the gates of one cell for ROWS rows. Dispatch: x over units by workgroup, y over row tiles,
// z over directions.
//   weights        [direction] quads of the cells' gates, packed by `packQuads`
//   bias           [direction][padded unit] vec4 over gates, int32
//   activation     [row][input_blocks] 8 int8 to an element, rows padded with zeros to 16 bytes
//   gates          [direction][row][padded unit] four int16 in two words (pack_gates)
//   accumulators   [direction][row][padded unit] vec4 int32, written only when `trace`
//#include "lib/lstm_params.wgsl"
//#include "lib/lstm_cell.wgsl"
//#include "lib/row_tile_product.wgsl"
//#constant WORKGROUP

@group(0) @binding(0) var<uniform> params: LstmParams;
@group(0) @binding(1) var<storage, read> weights: array<vec2<u32>>;
@group(0) @binding(2) var<storage, read> bias: array<vec4<i32>>;
@group(0) @binding(3) var<storage, read> activation: array<vec2<u32>>;
@group(0) @binding(4) var<storage, read_write> gates: array<vec2<u32>>;
@group(0) @binding(5) var<storage, read_write> accumulators: array<vec4<i32>>;

override trace: bool = false;

fn weight_at(index: u32) -> vec2<u32> {
    return weights[index];
}

fn activation_at(index: u32) -> vec2<u32> {
    return activation[index];
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) invocation: vec3<u32>, @builtin(workgroup_id) workgroup: vec3<u32>) {
    let unit = invocation.x;
    let direction = workgroup.z;
    let first_row = workgroup.y * ROWS;
    // Invocations past the last unit take part in the product, which needs whole subgroups, and drop it.
    let quad = direction * params.padded_units + min(unit, params.padded_units - 1u);
    let tile = RowTile(first_row * params.input_blocks, params.input_blocks, params.rows - 1u - first_row);
    let sums = row_tile_product(quad_weights_start(quad, params.input_blocks), params.input_blocks, tile);
    if (unit >= params.padded_units) {
        return;
    }
    let unit_bias = bias[quad];
    let multiplier = params.directions[direction].input_multiplier;
    let shift = params.directions[direction].input_shift;
    // A run-time end keeps this a loop, which compiles in a fraction of the time.
    let row_count = min(ROWS, params.rows - first_row);
    for (var row = 0u; row < row_count; row++) {
        let index = (direction * params.rows + first_row + row) * params.padded_units + unit;
        let sum = sums[row] + unit_bias;
        if (trace) {
            accumulators[index] = sum;
        }
        gates[index] = pack_gates(add_requantized(vec4<i32>(0), sum, multiplier, shift));
    }
}
