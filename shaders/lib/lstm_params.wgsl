// Uniform parameters of an LSTM layer; the layout is `lstmParams` in src/contract/lstm-layout.ts. Vectors over gates are
// in the order i, f, c, o. Shifts are positive to the left.

struct LstmDirectionParams {
    @align(16) input_multiplier: vec4<i32>,
    input_shift: vec4<i32>,
    recurrent_multiplier: vec4<i32>,
    recurrent_shift: vec4<i32>,
    peephole_multiplier: vec4<i32>,
    peephole_shift: vec4<i32>,
    layer_norm_multiplier: vec4<i32>,
    layer_norm_shift: vec4<i32>,
    variance_floor: vec4<i32>,
    cell_scale_log2: i32,
    cell_clip: i32,
    hidden_multiplier: i32,
    hidden_shift: i32,
    hidden_offset: i32,
    output_zero_point: i32,
    projection_multiplier: i32,
    projection_shift: i32,
    projection_clip: i32,
    // 1: the last timestep of a row comes first.
    reversed: u32,
}

struct LstmParams {
    batch: u32,
    timesteps: u32,
    units: u32,
    output_elements: u32,
    // Rows of input and output are numbered timestep * time_stride + batch row * batch_stride.
    time_stride: u32,
    batch_stride: u32,
    rows: u32,
    // Blocks of 8 int8 along an input row, an output (recurrent) row, and a hidden row before projection.
    input_blocks: u32,
    output_blocks: u32,
    hidden_blocks: u32,
    // Units rounded up to whole tiles of 8.
    padded_units: u32,
    // Batch rounded up to whole row tiles: rows of the state buffers.
    padded_batch: u32,
    // Elements (vec2<u32>) between the directions' output tensors.
    output_direction_stride: u32,
    direction_count: u32,
    // 4 gates, in 2 phases: as run-time values, so that drivers do not unroll loops.
    phase_count: u32,
    gate_count: u32,
    // Cells of an invocation of lstm_sequence.
    cells_per_invocation: u32,
    // Timesteps that one dispatch of lstm_sequence or lstm_resident advances.
    sequence_steps: u32,
    // Elements (vec2<u32>) of the layer's weight buffer before the projection's weights, and before its bias.
    projection_weights_start: u32,
    projection_bias_start: u32,
    // 2^20 / units, truncated: layer norm's factor for the mean of squares.
    inverse_units: i32,
    // Timesteps that each layer of a stack is behind the one below it; 0 for the directions of a layer.
    lane_delay: u32,
    // Of the layer, or of the layers of a stack, which take the place of directions in everything that has an order of them.
    directions: array<LstmDirectionParams, 4>,
}
