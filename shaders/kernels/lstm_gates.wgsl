// First half of a timestep of a layer with layer norm: recurrent product and the sum of both sides of every gate. The
// normalisation needs whole rows, so lstm_normalize does the rest. Twin: src/reference/lstm_gates.ts.
//
// One invocation computes the four gate sums of one cell for ROWS batch rows. Dispatch: x over units by workgroup, y over
// batch row tiles, z over directions.
//   weights        [direction] quads of the cells' recurrent gate rows, packed by `packQuads`
//   constants      [direction][padded unit][3] vec4, the first of each three is the recurrent bias
//   input_gates    [direction][row][padded unit] from input_product
//   state_in       hidden state and clock of the previous timestep (lib/lstm_row.wgsl)
//   gate_sums      [direction][padded batch row][padded unit] four int16 in two words, before peepholes
//   stages         as in lstm_step; here the recurrent accumulators, written only when `trace`
//#include "lib/lstm_row.wgsl"
//#include "lib/lstm_cell.wgsl"
//#include "lib/row_tile_product.wgsl"
//#constant WORKGROUP

@group(0) @binding(0) var<uniform> params: LstmParams;
@group(0) @binding(1) var<storage, read> weights: array<vec2<u32>>;
@group(0) @binding(2) var<storage, read> constants: array<vec4<i32>>;
@group(0) @binding(3) var<storage, read> input_gates: array<vec2<u32>>;
@group(0) @binding(4) var<storage, read> state_in: array<vec2<u32>>;
@group(0) @binding(5) var<storage, read_write> gate_sums: array<vec2<u32>>;
@group(0) @binding(6) var<storage, read_write> stages: array<vec4<i32>>;

override trace: bool = false;

fn weight_at(index: u32) -> vec2<u32> {
    return weights[index];
}

fn activation_at(index: u32) -> vec2<u32> {
    return state_in[index];
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) invocation: vec3<u32>, @builtin(workgroup_id) workgroup: vec3<u32>) {
    let unit = invocation.x;
    let first_row = workgroup.y * ROWS;
    let direction = workgroup.z;
    let timestep = state_in[0].x;
    // Invocations past the last unit take part in the product, which needs whole subgroups, and drop it.
    let quad = direction * params.padded_units + min(unit, params.padded_units - 1u);
    let tile = state_tile(direction, first_row);
    let products = row_tile_product(quad_weights_start(quad, params.output_blocks), params.output_blocks, tile);
    if (unit >= params.units) {
        return;
    }
    let recurrent_bias = constants[quad * 3u];
    let multiplier = params.directions[direction].recurrent_multiplier;
    let shift = params.directions[direction].recurrent_shift;
    // A run-time end keeps this a loop, which compiles in a fraction of the time.
    let row_count = min(ROWS, params.batch - first_row);
    for (var row = 0u; row < row_count; row++) {
        let batch_row = first_row + row;
        let length = row_length(batch_row);
        if (timestep < length) {
            let accumulators = products[row] + recurrent_bias;
            let input_side = unpack_gates(input_gates[input_gates_index(direction, batch_row, timestep, length, unit)]);
            let sums = add_requantized(input_side, accumulators, multiplier, shift);
            gate_sums[(direction * params.padded_batch + batch_row) * params.padded_units + unit] = pack_gates(sums);
            if (trace) {
                stages[stage_record(direction, batch_row, timestep, unit)] = accumulators;
            }
        }
    }
}
