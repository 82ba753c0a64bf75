// Writes a step's packed output words. The including kernel declares `params: LstmParams`, `state_in` (read),
// `state_out` and `output` (u32 words, read_write).
//#include "lib/lstm_row.wgsl"
//#include "lib/pack_i8.wgsl"

// Writes four output values of a batch row to the next state and to the output tensor. A row whose length is over keeps
// its state and puts out the zero point.
fn write_output(direction: u32, batch_row: u32, word: u32, timestep: u32, length: u32, values: u32) {
    let finished = timestep >= length;
    let state_word = state_row_start(direction, batch_row) * 2u + word;
    let previous = state_in[state_word / 2u];
    state_out[state_word] = select(values, select(previous.x, previous.y, word % 2u == 1u), finished);
    let zero_point = vec4<i32>(params.directions[direction].output_zero_point);
    let padding = mask_row_end(pack_i8(zero_point), word, params.output_elements);
    let row = direction * params.output_direction_stride + sequence_row_within(direction, batch_row, timestep, length) * params.output_blocks;
    output[row * 2u + word] = select(values, padding, finished);
}

// The timestep that the next step reads; a run's last one returns to 0.
fn next_timestep(timestep: u32) -> u32 {
    return select(timestep + 1u, 0u, timestep + 1u == params.timesteps);
}
