// From a cell's accumulators to its new cell state and hidden value at once, for layers without layer norm. The including
// kernel declares `params: LstmParams`.
//#include "lib/lstm_update.wgsl"

struct UpdatedCell {
    cell: i32,
    hidden: i32,
    // Pre-activations, Q3.12, and gates, Q0.15: i, f, c, o.
    sums: vec4<i32>,
    gates: vec4<i32>,
}

fn update_cell(
    layer: LstmDirectionParams,
    accumulators: vec4<i32>,
    input_side: vec4<i32>,
    peepholes: vec4<i32>,
    previous_cell: i32,
) -> UpdatedCell {
    var sums = add_requantized(input_side, accumulators, layer.recurrent_multiplier, layer.recurrent_shift);
    sums = add_input_peepholes(layer, sums, peepholes, previous_cell);
    let gates = open_input_gates(sums);
    let cell = next_cell_state(layer, gates, previous_cell);
    sums.w = add_output_peephole(layer, sums.w, peepholes, cell);
    let output_gate = logistic_q3_12(sums.w);
    let hidden = next_hidden_value(layer, output_gate, cell);
    return UpdatedCell(cell, hidden, sums, vec4<i32>(gates, output_gate));
}
