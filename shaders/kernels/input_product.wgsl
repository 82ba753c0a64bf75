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
//#include "lib/quad_product.wgsl"
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
    if (unit >= params.padded_units) {
        return;
    }
    var row_starts: array<u32, ROWS>;
    for (var row = 0u; row < ROWS; row++) {
        row_starts[row] = min(first_row + row, params.rows - 1u) * params.input_blocks;
    }
    let direction_quads = direction * params.padded_units;
    let sums = quad_product(quad_weights_start(direction_quads + unit, params.input_blocks), params.input_blocks, row_starts);
    let unit_bias = bias[direction_quads + unit];
    let multiplier = params.directions[direction].input_multiplier;
    let shift = params.directions[direction].input_shift;
    for (var row = 0u; row < ROWS; row++) {
        if (first_row + row < params.rows) {
            let index = (direction * params.rows + first_row + row) * params.padded_units + unit;
            let sum = sums[row] + unit_bias;
            if (trace) {
                accumulators[index] = sum;
            }
            gates[index] = pack_gates(add_requantized(vec4<i32>(0), sum, multiplier, shift));
        }
    }
}
