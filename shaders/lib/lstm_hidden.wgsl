// Where a step puts the hidden words that it computed. The including kernel declares `params: LstmParams`, `state_in` (read),
// `state_out` and `output` (u32 words, read_write).
//#include "lib/lstm_output.wgsl"

// With projection, the projection kernel reads the hidden values, and writes state and output.
override projection: bool = false;

// Writes four hidden values of a batch row.
fn write_hidden(direction: u32, batch_row: u32, word: u32, timestep: u32, length: u32, values: u32) {
    if (projection) {
        state_out[(direction * params.padded_batch + batch_row) * params.hidden_blocks * 2u + word] = values;
    } else {
        write_output(direction, batch_row, word, timestep, length, values);
    }
}
