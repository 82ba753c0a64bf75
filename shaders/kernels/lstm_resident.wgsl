// Many timesteps of a layer without layer norm and projection in one dispatch, its recurrent weights in registers: a
// persistent workgroup per batch row loads them once, and from then on a timestep touches memory for its input gates and
// output alone. Twin: src/reference/lstm_resident.ts.
//
// One workgroup owns one batch row of one direction, or of one layer of a stack, which is `lane_delay` timesteps behind
// the layer below it; an invocation owns one cell. Dispatch: x over batch rows, y over directions or layers. Bindings are
// those of lstm_sequence. Limits: subgroups of at least 8 invocations, WORKGROUP a multiple of 8 not below the number of
// units. BLOCKS, the 8-element blocks of a hidden row, is a constant, so that drivers unroll the product and every weight
// has a fixed place.
//#include "lib/lstm_cell_record.wgsl"
//#include "lib/pack_i8.wgsl"
//#include "lib/neighbour_words_subgroup.wgsl"
//#include "lib/pass_around.wgsl"
//#include "lib/quads.wgsl"
//#constant WORKGROUP
//#constant BLOCKS

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

const GROUPS = (BLOCKS + SHARERS - 1u) / SHARERS;
const HALF = GROUPS * SHARERS;

// Packed hidden state, once for the timesteps that read it and once for those that write it, taking turns: so that one
// barrier per timestep is enough.
var<workgroup> hidden_blocks: array<vec2<u32>, 2u * HALF>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
    let batch_row = workgroup.x;
    let direction = workgroup.y;
    let clock = state_in[0].x;
    // Before a stacked layer's turn it wraps around, to beyond the last timestep.
    let first_timestep = clock - direction * params.lane_delay;
    let steps = min(params.sequence_steps, params.timesteps - min(first_timestep, params.timesteps));
    let length = row_length(batch_row);
    let layer = params.directions[direction];
    let state_start = state_row_start(direction, batch_row);
    let cell_start = (direction * params.padded_batch + batch_row) * params.padded_units;
    let unit = position_in_workgroup(invocation);
    let lane = unit % SHARERS;
    let owned = unit < params.units;
    let quad = direction * params.padded_units + min(unit, params.padded_units - 1u);

    var resident: array<vec2<u32>, SLOTS * BLOCKS>;
    let weights_start = quad_weights_start(quad, BLOCKS);
    // A run-time end keeps this a loop: unrolled, it tripled the time to compile and gained nothing (lavapipe, 2026-11-23).
    for (var row = 0u; row < params.output_blocks * SLOTS; row++) {
        resident[row] = weights[weights_start + row * QUADS_PER_TILE];
    }
    let recurrent_bias = constants[quad * 3u];
    let peepholes = unpack_peepholes(constants[quad * 3u + 1u].xy);
    var cell = cell_state[cell_start + min(unit, params.padded_units - 1u)];

    let block_of_unit = min(unit / 8u, BLOCKS - 1u);
    let unit_block = state_in[state_start + block_of_unit];
    var word = select(unit_block.x, unit_block.y, unit / 4u % 2u == 1u);
    // What a row puts out past its length.
    let zero_point = pack_i8(vec4<i32>(params.directions[direction].output_zero_point));
    let padding = mask_row_end(zero_point, unit / 4u, params.output_elements);
    if (invocation < HALF) {
        hidden_blocks[invocation] = state_in[state_start + min(invocation, BLOCKS - 1u)];
        hidden_blocks[HALF + invocation] = vec2<u32>(0u);
    }
    workgroupBarrier();

    for (var step = 0u; step < steps; step++) {
        let timestep = first_timestep + step;
        let running = timestep < length;
        let row = sequence_row_within(direction, batch_row, timestep, length);
        let read_from = step % 2u * HALF;
        var sums = recurrent_bias;
        for (var group = 0u; group < GROUPS; group++) {
            let shared_blocks = pass_around(hidden_blocks[read_from + group * SHARERS + lane]);
            for (var sharer = 0u; sharer < SHARERS; sharer++) {
                let block = group * SHARERS + sharer;
                if (block < BLOCKS) {
                    let first = block * SLOTS;
                    if (SLOTS == 4u) {
                        sums.x = dot8_i8(resident[first], shared_blocks[sharer], sums.x);
                    }
                    sums.y = dot8_i8(resident[first + SLOTS - 3u], shared_blocks[sharer], sums.y);
                    sums.z = dot8_i8(resident[first + SLOTS - 2u], shared_blocks[sharer], sums.z);
                    sums.w = dot8_i8(resident[first + SLOTS - 1u], shared_blocks[sharer], sums.w);
                }
            }
        }
        var value = 0;
        if (owned && running) {
            let input_side = unpack_gates(input_gates[(direction * params.rows + row) * params.padded_units + unit]);
            let updated = update_cell(layer, sums, input_side, peepholes, cell);
            record_cell(CellPlace(direction, batch_row, unit, timestep), sums, updated);
            cell = updated.cell;
            value = updated.hidden;
        }
        let packed = join_neighbours(0u, unit, value);
        word = select(word, packed, running);
        if (unit % 4u == 0u && unit < params.padded_units) {
            let first_block = direction * params.output_direction_stride + row * params.output_blocks;
            output[first_block * 2u + unit / 4u] = select(padding, word, running);
            let written = HALF - read_from + unit / 8u;
            if (unit % 8u == 0u) {
                hidden_blocks[written].x = word;
            } else {
                hidden_blocks[written].y = word;
            }
        }
        workgroupBarrier();
    }

    if (owned) {
        cell_state[cell_start + unit] = cell;
    }
    if (unit % 4u == 0u && unit / 8u < BLOCKS) {
        state_out[state_start * 2u + unit / 4u] = word;
    }
    if (invocation == 0u && batch_row == 0u && direction == 0u) {
        let next = clock + params.sequence_steps;
        let end = params.timesteps + (params.direction_count - 1u) * params.lane_delay;
        state_out[0] = select(next, 0u, next >= end);
    }
}
