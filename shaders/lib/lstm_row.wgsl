// Where a batch row's data lies. The including kernel declares `params: LstmParams` and `state_in: array<vec2<u32>>`.
//
// Hidden-state buffers, in vec2<u32> elements (`HiddenStateLayout` in src/contract/lstm-layout.ts):
//   [0].x      the timestep that reads this buffer, counted within the run
//   [2 ..]     length of each batch row in timesteps, two to an element; 0xffffffff for "the whole run"
//   then       hidden rows [direction][padded batch row][output_blocks], 8 int8 to an element
//#include "lib/lstm_params.wgsl"
//#include "lib/row_tile.wgsl"

const STATE_HEADER = 2u;

fn state_row_start(direction: u32, batch_row: u32) -> u32 {
    // The lengths take an even number of elements, so that rows start on 16 bytes.
    let lengths = (params.padded_batch + 3u) / 4u * 2u;
    return STATE_HEADER + lengths + (direction * params.padded_batch + batch_row) * params.output_blocks;
}

// Hidden states of ROWS batch rows, for a product; padding makes their number whole tiles.
fn state_tile(direction: u32, first_row: u32) -> RowTile {
    return RowTile(state_row_start(direction, first_row), params.output_blocks, params.padded_batch - 1u - first_row);
}

// Timesteps that a batch row runs for.
fn row_length(batch_row: u32) -> u32 {
    let pair = state_in[STATE_HEADER + batch_row / 2u];
    return min(select(pair.x, pair.y, batch_row % 2u == 1u), params.timesteps);
}

// Row of the input and output tensors that a batch row reads and writes at this step. Past its length it writes padding,
// in either direction at the timestep itself.
fn sequence_row(direction: u32, batch_row: u32, timestep: u32) -> u32 {
    return sequence_row_within(direction, batch_row, timestep, row_length(batch_row));
}

// The same for kernels that have loaded the row's length before.
fn sequence_row_within(direction: u32, batch_row: u32, timestep: u32, length: u32) -> u32 {
    let backwards = params.directions[direction].reversed == 1u && timestep < length;
    let time = select(timestep, length - 1u - timestep, backwards);
    return time * params.time_stride + batch_row * params.batch_stride;
}

fn input_gates_index(direction: u32, batch_row: u32, timestep: u32, length: u32, unit: u32) -> u32 {
    return (direction * params.rows + sequence_row_within(direction, batch_row, timestep, length)) * params.padded_units + unit;
}

// First of the three vec4 that a cell's stages take in a trace.
fn stage_record(direction: u32, batch_row: u32, timestep: u32, unit: u32) -> u32 {
    return (((timestep * params.direction_count + direction) * params.batch + batch_row) * params.units + unit) * 3u;
}
