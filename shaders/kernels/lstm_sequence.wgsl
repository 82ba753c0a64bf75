// Many timesteps of a layer in one dispatch, in any variant: a persistent workgroup keeps a batch row's hidden state in
// workgroup memory and its cell states in registers. Twin: src/reference/lstm_sequence.ts.
//
// One workgroup owns one batch row of one direction; an invocation owns CELLS cells, WORKGROUP apart. Dispatch: x over batch
// rows, y over directions. Workgroups never wait for each other, which WGSL would not promise to work.
//   weights        [direction] quads of the cells' recurrent gate rows; with projection followed, from
//                  projection_weights_start, by [direction] quads of its rows, and from projection_bias_start by
//                  [direction][padded quad] four int32
//   constants      as in lstm_cell
//   input_gates    [direction][row][padded unit] from input_product
//   state_in, state_out   as in lstm_step; exchanged per dispatch
//   cell_state, output, stages   as in lstm_step
//#include "lib/lstm_row.wgsl"
//#include "lib/lstm_update.wgsl"
//#include "lib/lstm_projection.wgsl"
//#include "lib/row_moments.wgsl"
//#include "lib/quad_product.wgsl"
//#constant WORKGROUP
//#constant CELLS
//#constant ACTIVATION_WORDS

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

override layer_norm: bool = false;
override projection: bool = false;
override trace: bool = false;

// Packed hidden state (output_blocks of 8 int8), then, with projection, packed hidden values (hidden_blocks).
var<workgroup> activations: array<u32, ACTIVATION_WORDS>;
// Hidden values before they are packed.
var<workgroup> hidden_values: array<i32, WORKGROUP * CELLS>;

fn weight_at(index: u32) -> vec2<u32> {
    return weights[index];
}

fn activation_at(index: u32) -> vec2<u32> {
    return vec2<u32>(activations[2u * index], activations[2u * index + 1u]);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let batch_row = workgroup.x;
    let direction = workgroup.y;
    let first_timestep = state_in[0].x;
    let length = row_length(batch_row);
    let state_start = state_row_start(direction, batch_row);
    let cell_start = (direction * params.padded_batch + batch_row) * params.padded_units;
    let quad_start = direction * params.padded_units;
    let state_words = params.output_blocks * 2u;

    for (var word = lane; word < ACTIVATION_WORDS; word += WORKGROUP) {
        let element = state_in[state_start + min(word, state_words - 1u) / 2u];
        activations[word] = select(0u, select(element.x, element.y, word % 2u == 1u), word < state_words);
    }
    var cells: array<i32, CELLS>;
    for (var n = 0u; n < params.cells_per_invocation; n++) {
        let unit = lane + n * WORKGROUP;
        if (unit < params.units) {
            cells[n] = cell_state[cell_start + unit];
        }
    }
    workgroupBarrier();

    for (var step = 0u; step < params.sequence_steps; step++) {
        let timestep = first_timestep + step;
        let running = timestep < length;
        var sums: array<vec4<i32>, CELLS>;
        // Phase 0 sums the gates and phase 1 updates the cells; layer norm needs statistics after either. Loops over phases
        // and cells end at run-time values: unrolled, they made pipelines take up to a minute to compile.
        var statistics: RowStatistics;
        for (var phase = 0u; phase < params.phase_count; phase++) {
            var moments = no_moments();
            for (var n = 0u; n < params.cells_per_invocation; n++) {
                let unit = lane + n * WORKGROUP;
                if (unit < params.units) {
                    if (phase == 0u) {
                        sums[n] = gate_sums(direction, batch_row, timestep, unit, cells[n], running);
                    } else if (running) {
                        let pre_activation = input_pre_activations(direction, unit, sums[n], statistics);
                        let gates = open_input_gates(pre_activation);
                        cells[n] = next_cell_state(params.directions[direction], gates, cells[n]);
                        sums[n].w = add_output_peephole(params.directions[direction], sums[n].w, peepholes_of(quad_start + unit), cells[n]);
                        if (trace) {
                            let record = stage_record(direction, batch_row, timestep, unit);
                            stages[record + 1u] = vec4<i32>(vec2<i32>(pack_gates(sums[n])), vec2<i32>(pack_gates(pre_activation)));
                            stages[record + 2u] = vec4<i32>(vec2<i32>(pack_gates(vec4<i32>(gates, 0))), cells[n], 0);
                        }
                    }
                    moments = add_to_moments(moments, sums[n]);
                }
            }
            if (layer_norm) {
                statistics = row_statistics(lane, direction, moments);
            }
        }
        for (var n = 0u; n < params.cells_per_invocation; n++) {
            let unit = lane + n * WORKGROUP;
            var value = 0;
            if (unit < params.units && running) {
                let pre_activation = output_pre_activation(direction, unit, sums[n].w, statistics);
                let output_gate = logistic_q3_12(pre_activation);
                value = next_hidden_value(params.directions[direction], output_gate, cells[n]);
                if (trace) {
                    let record = stage_record(direction, batch_row, timestep, unit);
                    stages[record + 1u].w = insertBits(stages[record + 1u].w, pre_activation, 16u, 16u);
                    stages[record + 2u].y = insertBits(stages[record + 2u].y, output_gate, 16u, 16u);
                    stages[record + 2u].w = value;
                }
            }
            hidden_values[unit] = value;
        }
        workgroupBarrier();

        let hidden_start = select(0u, state_words, projection);
        for (var word = lane; word < (params.units + 3u) / 4u; word += WORKGROUP) {
            let values = pack_i8(vec4<i32>(
                hidden_values[4u * word],
                hidden_values[4u * word + 1u],
                hidden_values[4u * word + 2u],
                hidden_values[4u * word + 3u],
            ));
            if (projection) {
                activations[hidden_start + word] = values;
            } else {
                put_out(direction, batch_row, timestep, word, values, running);
            }
        }
        workgroupBarrier();
        if (projection) {
            for (var word = lane; word < (params.output_elements + 3u) / 4u; word += WORKGROUP) {
                let values = mask_row_end(project(params.directions[direction], projection_sums(direction, word)), word, params.output_elements);
                put_out(direction, batch_row, timestep, word, values, running);
            }
            workgroupBarrier();
        }
    }

    for (var word = lane; word < state_words; word += WORKGROUP) {
        state_out[state_start * 2u + word] = activations[word];
    }
    for (var n = 0u; n < params.cells_per_invocation; n++) {
        let unit = lane + n * WORKGROUP;
        if (unit < params.units) {
            cell_state[cell_start + unit] = cells[n];
        }
    }
    if (lane == 0u && batch_row == 0u && direction == 0u) {
        let next = first_timestep + params.sequence_steps;
        state_out[0] = select(next, 0u, next >= params.timesteps);
    }
}

fn peepholes_of(quad: u32) -> vec4<i32> {
    return unpack_peepholes(constants[quad * 3u + 1u].xy);
}

// Both sides of a cell's gates with the peepholes of i and f.
fn gate_sums(direction: u32, batch_row: u32, timestep: u32, unit: u32, cell: i32, running: bool) -> vec4<i32> {
    let quad = direction * params.padded_units + unit;
    let products = quad_product(quad_weights_start(quad, params.output_blocks), params.output_blocks, array<u32, ROWS>());
    if (!running) {
        return vec4<i32>(0);
    }
    let accumulators = products[0] + constants[quad * 3u];
    if (trace) {
        stages[stage_record(direction, batch_row, timestep, unit)] = accumulators;
    }
    let input_side = unpack_gates(input_gates[input_gates_index(direction, batch_row, timestep, row_length(batch_row), unit)]);
    let multiplier = params.directions[direction].recurrent_multiplier;
    let shift = params.directions[direction].recurrent_shift;
    let sums = add_requantized(input_side, accumulators, multiplier, shift);
    return add_input_peepholes(params.directions[direction], sums, peepholes_of(quad), cell);
}

fn layer_norm_of(direction: u32, unit: u32) -> LayerNormConstants {
    let index = (direction * params.padded_units + unit) * 3u;
    return LayerNormConstants(unpack_gates(vec2<u32>(constants[index + 1u].zw)), constants[index + 2u]);
}

fn input_pre_activations(direction: u32, unit: u32, sums: vec4<i32>, statistics: RowStatistics) -> vec4<i32> {
    if (!layer_norm) {
        return sums;
    }
    return normalize_input_gates(direction, sums, statistics, layer_norm_of(direction, unit));
}

fn output_pre_activation(direction: u32, unit: u32, sum: i32, statistics: RowStatistics) -> i32 {
    if (!layer_norm) {
        return sum;
    }
    return normalize_output_gate(direction, sum, statistics, layer_norm_of(direction, unit));
}

// Accumulators of four neighbouring outputs, with their bias.
fn projection_sums(direction: u32, word: u32) -> vec4<i32> {
    let words = (params.output_elements + 3u) / 4u;
    let quad = direction * ((words + QUADS_PER_TILE - 1u) / QUADS_PER_TILE * QUADS_PER_TILE) + word;
    let bias = params.projection_bias_start + 2u * quad;
    var sums = vec4<i32>(bitcast<vec2<i32>>(weights[bias]), bitcast<vec2<i32>>(weights[bias + 1u]));
    var index = params.projection_weights_start
        + (quad / QUADS_PER_TILE) * params.hidden_blocks * 4u * QUADS_PER_TILE
        + quad % QUADS_PER_TILE;
    for (var block = 0u; block < params.hidden_blocks; block++) {
        let activation = activation_at(params.output_blocks + block);
        sums = vec4<i32>(
            dot8_i8(weights[index], activation, sums.x),
            dot8_i8(weights[index + QUADS_PER_TILE], activation, sums.y),
            dot8_i8(weights[index + 2u * QUADS_PER_TILE], activation, sums.z),
            dot8_i8(weights[index + 3u * QUADS_PER_TILE], activation, sums.w),
        );
        index += 4u * QUADS_PER_TILE;
    }
    return sums;
}

// Four output values of a timestep: to the output tensor, and to the next timestep's hidden state unless the row is over.
fn put_out(direction: u32, batch_row: u32, timestep: u32, word: u32, values: u32, running: bool) {
    if (running) {
        activations[word] = values;
    }
    if (timestep < params.timesteps) {
        let zero_point = vec4<i32>(params.directions[direction].output_zero_point);
        let padding = mask_row_end(pack_i8(zero_point), word, params.output_elements);
        let row = direction * params.output_direction_stride + sequence_row(direction, batch_row, timestep) * params.output_blocks;
        output[row * 2u + word] = select(padding, values, running);
    }
}
