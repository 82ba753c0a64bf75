// Layer norm over the units of a batch row that a whole workgroup owns: sums of int16 values and of their squares for the
// four gates at once, then mean and inverse standard deviation. The including kernel declares `params: LstmParams` and the
// overrides `coupled_gates` and `trace`.
//
// With up to 4096 units |sum| < 2^27, and a sum of squares is below 2^42: two words. Integer addition gives the same bits
// in any order, so the invocations' parts may be added up in sections.
//#include "lib/lstm_params.wgsl"
//#include "lib/layer_norm.wgsl"
//#constant WORKGROUP

struct RowMoments {
    sum: vec4<i32>,
    squares_low: vec4<u32>,
    squares_high: vec4<u32>,
}

struct RowStatistics {
    mean: vec4<i32>,
    multiplier: vec4<i32>,
    shift: vec4<i32>,
}

// Sections that a row's partial sums are added up in before they are added up themselves.
const SECTIONS = 16u;

// [gate][invocation], then [gate][section]. Scalars, because arrays of structs took drivers seconds to compile.
var<workgroup> partial_sum: array<i32, 4u * WORKGROUP>;
var<workgroup> partial_squares_low: array<u32, 4u * WORKGROUP>;
var<workgroup> partial_squares_high: array<u32, 4u * WORKGROUP>;
var<workgroup> section_moments: array<GateMoments, 4u * SECTIONS>;
var<workgroup> gate_statistics: array<LayerNormStatistics, 4>;

// Moments of one gate.
struct GateMoments {
    sum: i32,
    squares: vec2<u32>,
}

fn no_moments() -> RowMoments {
    return RowMoments(vec4<i32>(0), vec4<u32>(0u), vec4<u32>(0u));
}

fn add_to_moments(moments: RowMoments, values: vec4<i32>) -> RowMoments {
    return add_moments(moments, RowMoments(values, vec4<u32>(values * values), vec4<u32>(0u)));
}

fn add_moments(a: RowMoments, b: RowMoments) -> RowMoments {
    let low = a.squares_low + b.squares_low;
    let carry = select(vec4<u32>(0u), vec4<u32>(1u), low < a.squares_low);
    return RowMoments(a.sum + b.sum, low, a.squares_high + b.squares_high + carry);
}

fn add_gate_moments(a: GateMoments, b: GateMoments) -> GateMoments {
    return GateMoments(a.sum + b.sum, wide_add(a.squares, b.squares));
}

// Statistics of the row from all invocations' moments; every invocation of the workgroup has to call it. WORKGROUP is at
// least 64: an invocation for each gate and section.
fn row_statistics(lane: u32, direction: u32, moments: RowMoments) -> RowStatistics {
    for (var gate = 0u; gate < params.gate_count; gate++) {
        partial_sum[gate * WORKGROUP + lane] = moments.sum[gate];
        partial_squares_low[gate * WORKGROUP + lane] = moments.squares_low[gate];
        partial_squares_high[gate * WORKGROUP + lane] = moments.squares_high[gate];
    }
    workgroupBarrier();
    if (lane < 4u * SECTIONS) {
        var section = GateMoments(0, vec2<u32>(0u));
        for (var part = lane % SECTIONS; part < WORKGROUP; part += SECTIONS) {
            let index = lane / SECTIONS * WORKGROUP + part;
            let squares = vec2<u32>(partial_squares_low[index], partial_squares_high[index]);
            section = add_gate_moments(section, GateMoments(partial_sum[index], squares));
        }
        section_moments[lane] = section;
    }
    workgroupBarrier();
    if (lane < 4u) {
        var total = GateMoments(0, vec2<u32>(0u));
        for (var section = 0u; section < SECTIONS; section++) {
            total = add_gate_moments(total, section_moments[lane * SECTIONS + section]);
        }
        let variance_floor = params.directions[direction].variance_floor[lane];
        gate_statistics[lane] = layer_norm_statistics(total.sum, total.squares, params.units, params.inverse_units, variance_floor);
    }
    workgroupBarrier();
    return RowStatistics(
        vec4<i32>(gate_statistics[0].mean, gate_statistics[1].mean, gate_statistics[2].mean, gate_statistics[3].mean),
        vec4<i32>(gate_statistics[0].multiplier, gate_statistics[1].multiplier, gate_statistics[2].multiplier, gate_statistics[3].multiplier),
        vec4<i32>(gate_statistics[0].shift, gate_statistics[1].shift, gate_statistics[2].shift, gate_statistics[3].shift),
    );
}

// Layer norm constants of a cell, over gates.
struct LayerNormConstants {
    coefficients: vec4<i32>,
    bias: vec4<i32>,
}

fn normalize_gate(gate: u32, direction: u32, sums: vec4<i32>, statistics: RowStatistics, cell: LayerNormConstants) -> i32 {
    return layer_norm_element(
        sums[gate],
        LayerNormStatistics(statistics.mean[gate], statistics.multiplier[gate], statistics.shift[gate]),
        cell.coefficients[gate],
        cell.bias[gate],
        params.directions[direction].layer_norm_multiplier[gate],
        params.directions[direction].layer_norm_shift[gate],
    );
}

// Normalised pre-activations, Q3.12, of the gates before the cell update: i, f and c. Coupled gates have no i; a trace shows
// what it would be. One after the other: a loop over gates cost a quarter of lstm_cell's time, in indices that vary at run
// time (lavapipe, 2026-11-26).
fn normalize_input_gates(direction: u32, sums: vec4<i32>, statistics: RowStatistics, cell: LayerNormConstants) -> vec4<i32> {
    var input_gate = 0;
    if (!coupled_gates || trace) {
        input_gate = normalize_gate(0u, direction, sums, statistics, cell);
    }
    let forget_gate = normalize_gate(1u, direction, sums, statistics, cell);
    let cell_gate = normalize_gate(2u, direction, sums, statistics, cell);
    return vec4<i32>(input_gate, forget_gate, cell_gate, 0);
}

// The same of the output gate, after the cell update.
fn normalize_output_gate(direction: u32, sum: i32, statistics: RowStatistics, cell: LayerNormConstants) -> i32 {
    return normalize_gate(3u, direction, vec4<i32>(sum), statistics, cell);
}
