// One timestep of an LSTM layer without layer norm: recurrent product, both requantizations summed, peepholes, gates,
// cell and hidden update, in one dispatch. Twin: src/reference/lstm_step.ts.
//
// One invocation owns one cell of ROWS batch rows. Dispatch: x over units by workgroup, y over batch row tiles, z over
// directions (both directions of a bidirectional layer advance together).
//   weights        [direction] quads of the cells' recurrent gate rows, packed by `packQuads`
//   constants      [direction][padded unit][3] vec4: recurrent bias; (peephole i|f, peephole o, -, -); -
//   input_gates    [direction][row][padded unit] from input_product
//   state_in       hidden state and clock of the previous timestep (lib/lstm_row.wgsl)
//   state_out      the next timestep's state. With projection: hidden values [direction][padded batch row][hidden_blocks]
//                  for the projection kernel, which then writes the state.
//   cell_state     [direction][padded batch row][padded unit] int16 in i32, updated in place by the owner
//   output         [direction][row][output_blocks], written here only without projection
//   stages         [timestep][direction][batch row][unit][3] vec4, written only when `trace`: recurrent accumulators;
//                  (sum i|f, sum c|o, pre-activation i|f, pre-activation c|o); (gate i|f, gate c|o, cell, hidden)
//
// A batch row whose length is over keeps its state, and its output is the zero point. The clock makes every step's
// bindings the same but for the exchange of state_in and state_out; it returns to 0 with the last timestep of a run.
//#include "lib/lstm_hidden.wgsl"
//#include "lib/lstm_cell_record.wgsl"
//#include "lib/row_tile_product.wgsl"
//#include "lib/neighbour_words.wgsl"
//#constant WORKGROUP

@group(0) @binding(0) var<uniform> params: LstmParams;
@group(0) @binding(1) var<storage, read> weights: array<vec2<u32>>;
@group(0) @binding(2) var<storage, read> constants: array<vec4<i32>>;
@group(0) @binding(3) var<storage, read> input_gates: array<vec2<u32>>;
@group(0) @binding(4) var<storage, read> state_in: array<vec2<u32>>;
@group(0) @binding(5) var<storage, read_write> state_out: array<u32>;
@group(0) @binding(6) var<storage, read_write> cell_state: array<i32>;
@group(0) @binding(7) var<storage, read_write> output: array<u32>;
@group(0) @binding(8) var<storage, read_write> stages: array<vec4<i32>>;
@group(0) @binding(9) var<uniform> logistic_table: array<vec4<u32>, 4096>;
@group(0) @binding(10) var<uniform> tanh_table: array<vec4<u32>, 4096>;

fn weight_at(index: u32) -> vec2<u32> {
    return weights[index];
}

fn activation_at(index: u32) -> vec2<u32> {
    return state_in[index];
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
    let position = position_in_workgroup(invocation);
    let unit = workgroup.x * WORKGROUP + position;
    let first_row = workgroup.y * ROWS;
    let direction = workgroup.z;
    let timestep = state_in[0].x;
    let owned = unit < params.units;

    let quad = direction * params.padded_units + min(unit, params.padded_units - 1u);
    let products = row_tile_product(quad_weights_start(quad, params.output_blocks), params.output_blocks, state_tile(direction, first_row));

    let recurrent_bias = constants[quad * 3u];
    let peepholes = unpack_peepholes(constants[quad * 3u + 1u].xy);
    // Once for all rows: drivers read uniform values anew where they are used, which cost a fifth of the kernel's time (lavapipe,
    // 2026-11-26).
    let layer = params.directions[direction];
    // A run-time end keeps the cell update a loop: 16 copies of it took 8 of 10 seconds to compile and ran no faster
    // (lavapipe, 2026-11-23).
    let row_count = min(ROWS, params.batch - first_row);
    for (var row = 0u; row < row_count; row++) {
        let batch_row = first_row + row;
        let length = row_length(batch_row);
        var value = 0;
        if (owned && timestep < length) {
            let accumulators = products[row] + recurrent_bias;
            let input_side = unpack_gates(input_gates[input_gates_index(direction, batch_row, timestep, length, unit)]);
            let cell_index = (direction * params.padded_batch + batch_row) * params.padded_units + unit;
            let updated = update_cell(layer, accumulators, input_side, peepholes, cell_state[cell_index]);
            record_cell(CellPlace(direction, batch_row, unit, timestep), accumulators, updated);
            cell_state[cell_index] = updated.cell;
            value = updated.hidden;
        }
        let values = join_neighbours(row, position, value);
        if (unit % 4u == 0u && unit < params.padded_units) {
            write_hidden(direction, batch_row, unit / 4u, timestep, length, values);
        }
    }
    if (!projection && unit == 0u && first_row == 0u && direction == 0u) {
        state_out[0] = next_timestep(timestep);
    }
}
