// Second half of a timestep of a layer with layer norm: peepholes, normalisation over the units of a row, gates, cell and
// hidden update. Twin: src/reference/lstm_cell.ts.
//
// One workgroup owns one batch row of one direction; an invocation owns every WORKGROUP-th word of four cells. Dispatch: x
// over batch rows, y over directions. The normalisation is exact 64-bit arithmetic in two words (lib/layer_norm.wgsl);
// integer addition gives the same bits in any order, so the sums may be reduced as a tree.
//   constants      [direction][padded unit][3] vec4: recurrent bias; (peephole i|f, peephole o, coefficient i|f,
//                  coefficient c|o); layer norm bias
//   gate_sums      [direction][padded batch row][padded unit] from lstm_gates; the output gate's peephole is added in place
//   state_in, state_out, cell_state, output, stages   as in lstm_step
//#include "lib/lstm_hidden.wgsl"
//#include "lib/lstm_update.wgsl"
//#include "lib/row_moments.wgsl"
//#constant WORKGROUP

@group(0) @binding(0) var<uniform> params: LstmParams;
@group(0) @binding(1) var<storage, read> constants: array<vec4<i32>>;
@group(0) @binding(2) var<storage, read_write> gate_sums: array<vec2<u32>>;
@group(0) @binding(3) var<storage, read> state_in: array<vec2<u32>>;
@group(0) @binding(4) var<storage, read_write> state_out: array<u32>;
@group(0) @binding(5) var<storage, read_write> cell_state: array<i32>;
@group(0) @binding(6) var<storage, read_write> output: array<u32>;
@group(0) @binding(7) var<storage, read_write> stages: array<vec4<i32>>;
@group(0) @binding(8) var<uniform> logistic_table: array<vec4<u32>, 4096>;
@group(0) @binding(9) var<uniform> tanh_table: array<vec4<u32>, 4096>;

override trace: bool = false;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let batch_row = workgroup.x;
    let direction = workgroup.y;
    let timestep = state_in[0].x;
    let length = row_length(batch_row);
    let running = timestep < length;
    let row_start = (direction * params.padded_batch + batch_row) * params.padded_units;

    // Before the cell update, phase 0 prepares the statistics of i, f and c; the update, phase 1, those of o. One loop holds
    // both because drivers pay for every barrier in the code at compile time.
    var statistics: RowStatistics;
    for (var phase = 0u; phase < params.phase_count; phase++) {
        var moments = no_moments();
        for (var unit = lane; unit < params.units; unit += WORKGROUP) {
            var sums = unpack_gates(gate_sums[row_start + unit]);
            let peepholes = peepholes_of(direction, unit);
            let previous_cell = cell_state[row_start + unit];
            if (phase == 0u) {
                sums = add_input_peepholes(params.directions[direction], sums, peepholes, previous_cell);
            } else {
                let pre_activation = normalize_input_gates(direction, sums, statistics, layer_norm_of(direction, unit));
                let gates = open_input_gates(pre_activation);
                let cell = next_cell_state(params.directions[direction], gates, previous_cell);
                sums.w = add_output_peephole(params.directions[direction], sums.w, peepholes, cell);
                if (running) {
                    cell_state[row_start + unit] = cell;
                }
                if (trace && running) {
                    let record = stage_record(direction, batch_row, timestep, unit);
                    stages[record + 1u] = vec4<i32>(vec2<i32>(pack_gates(sums)), vec2<i32>(pack_gates(pre_activation)));
                    stages[record + 2u] = vec4<i32>(vec2<i32>(pack_gates(vec4<i32>(gates, 0))), cell, 0);
                }
            }
            gate_sums[row_start + unit] = pack_gates(sums);
            moments = add_to_moments(moments, sums);
        }
        statistics = row_statistics(lane, direction, moments);
    }

    // The hidden value takes the place of the cell's gate sums, which nobody needs any more.
    for (var unit = lane; unit < params.units; unit += WORKGROUP) {
        let sum = unpack_gates(gate_sums[row_start + unit]).w;
        let pre_activation = normalize_output_gate(direction, sum, statistics, layer_norm_of(direction, unit));
        let output_gate = logistic_q3_12(pre_activation);
        let value = next_hidden_value(params.directions[direction], output_gate, cell_state[row_start + unit]);
        gate_sums[row_start + unit].x = u32(value);
        if (trace && running) {
            let record = stage_record(direction, batch_row, timestep, unit);
            stages[record + 1u].w = insertBits(stages[record + 1u].w, pre_activation, 16u, 16u);
            stages[record + 2u].y = insertBits(stages[record + 2u].y, output_gate, 16u, 16u);
            stages[record + 2u].w = value;
        }
    }
    storageBarrier();

    for (var word = lane; word < params.padded_units / 4u; word += WORKGROUP) {
        let start = row_start + 4u * word;
        let hidden = vec4<i32>(vec4<u32>(gate_sums[start].x, gate_sums[start + 1u].x, gate_sums[start + 2u].x, gate_sums[start + 3u].x));
        let values = mask_row_end(pack_i8(hidden), word, params.units);
        write_hidden(direction, batch_row, word, timestep, length, values);
    }
    if (!projection && lane == 0u && batch_row == 0u && direction == 0u) {
        state_out[0] = next_timestep(timestep);
    }
}

fn peepholes_of(direction: u32, unit: u32) -> vec4<i32> {
    return unpack_peepholes(constants[(direction * params.padded_units + unit) * 3u + 1u].xy);
}

fn layer_norm_of(direction: u32, unit: u32) -> LayerNormConstants {
    let index = (direction * params.padded_units + unit) * 3u;
    return LayerNormConstants(unpack_gates(vec2<u32>(constants[index + 1u].zw)), constants[index + 2u]);
}
