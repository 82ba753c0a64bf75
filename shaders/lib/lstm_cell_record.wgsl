// What a trace keeps of a fused cell update. The including kernel declares `params: LstmParams`, `state_in` (read) and
// `stages` (read_write).
//#include "lib/lstm_row.wgsl"
//#include "lib/lstm_fused_cell.wgsl"

override trace: bool = false;

struct CellPlace {
    direction: u32,
    batch_row: u32,
    unit: u32,
    timestep: u32,
}

fn record_cell(place: CellPlace, accumulators: vec4<i32>, updated: UpdatedCell) {
    if (trace) {
        let record = stage_record(place.direction, place.batch_row, place.timestep, place.unit);
        let packed_sums = vec2<i32>(pack_gates(updated.sums));
        stages[record] = accumulators;
        stages[record + 1u] = vec4<i32>(packed_sums, packed_sums);
        stages[record + 2u] = vec4<i32>(vec2<i32>(pack_gates(updated.gates)), updated.cell, updated.hidden);
    }
}
