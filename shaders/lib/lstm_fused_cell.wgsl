// From a cell's accumulators to its new cell state and hidden value at once, for layers without layer norm. The including
// kernel declares `params: LstmParams`, `state_in` (read) and `stages` (read_write).
//#include "lib/lstm_row.wgsl"
//#include "lib/lstm_update.wgsl"

override trace: bool = false;

struct CellPlace {
    direction: u32,
    batch_row: u32,
    unit: u32,
    timestep: u32,
}

struct UpdatedCell {
    cell: i32,
    hidden: i32,
}

fn update_cell(
    place: CellPlace,
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
    if (trace) {
        let record = stage_record(place.direction, place.batch_row, place.timestep, place.unit);
        let packed_sums = vec2<i32>(pack_gates(sums));
        stages[record] = accumulators;
        stages[record + 1u] = vec4<i32>(packed_sums, packed_sums);
        stages[record + 2u] = vec4<i32>(vec2<i32>(pack_gates(vec4<i32>(gates, output_gate))), cell, hidden);
    }
    return UpdatedCell(cell, hidden);
}
