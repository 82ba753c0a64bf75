// Layer norm over the units of a batch row that a whole workgroup owns: sums of int16 values and of their squares for the
// four gates at once, then mean and inverse standard deviation. The including kernel declares `params: LstmParams`.
//
// With up to 4096 units |sum| < 2^27, and a sum of squares is below 2^42: two words. Integer addition gives the same bits
// in any order, so the invocations' parts may be reduced as a tree.
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

var<workgroup> partial_moments: array<RowMoments, WORKGROUP>;
var<workgroup> gate_statistics: array<LayerNormStatistics, 4>;

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

// Statistics of the row from all invocations' moments; every invocation of the workgroup has to call it.
fn row_statistics(lane: u32, direction: u32, moments: RowMoments) -> RowStatistics {
    partial_moments[lane] = moments;
    workgroupBarrier();
    for (var width = WORKGROUP / 2u; width > 0u; width /= 2u) {
        if (lane < width) {
            partial_moments[lane] = add_moments(partial_moments[lane], partial_moments[lane + width]);
        }
        workgroupBarrier();
    }
    if (lane < 4u) {
        let squares = vec2<u32>(partial_moments[0].squares_low[lane], partial_moments[0].squares_high[lane]);
        let variance_floor = params.directions[direction].variance_floor[lane];
        gate_statistics[lane] = layer_norm_statistics(partial_moments[0].sum[lane], squares, params.units, params.inverse_units, variance_floor);
    }
    workgroupBarrier();
    return RowStatistics(
        vec4<i32>(gate_statistics[0].mean, gate_statistics[1].mean, gate_statistics[2].mean, gate_statistics[3].mean),
        vec4<i32>(gate_statistics[0].multiplier, gate_statistics[1].multiplier, gate_statistics[2].multiplier, gate_statistics[3].multiplier),
        vec4<i32>(gate_statistics[0].shift, gate_statistics[1].shift, gate_statistics[2].shift, gate_statistics[3].shift),
    );
}

// Normalised pre-activations, Q3.12, of a cell's four gates. Both calls of a step (before and after the cell update) leave
// the other gates' components meaningless.
fn normalize(direction: u32, sums: vec4<i32>, statistics: RowStatistics, coefficients: vec4<i32>, bias: vec4<i32>) -> vec4<i32> {
    let multiplier = params.directions[direction].layer_norm_multiplier;
    let shift = params.directions[direction].layer_norm_shift;
    let mean = statistics.mean;
    return vec4<i32>(
        layer_norm_element(sums.x, LayerNormStatistics(mean.x, statistics.multiplier.x, statistics.shift.x), coefficients.x, bias.x, multiplier.x, shift.x),
        layer_norm_element(sums.y, LayerNormStatistics(mean.y, statistics.multiplier.y, statistics.shift.y), coefficients.y, bias.y, multiplier.y, shift.y),
        layer_norm_element(sums.z, LayerNormStatistics(mean.z, statistics.multiplier.z, statistics.shift.z), coefficients.z, bias.z, multiplier.z, shift.z),
        layer_norm_element(sums.w, LayerNormStatistics(mean.w, statistics.multiplier.w, statistics.shift.w), coefficients.w, bias.w, multiplier.w, shift.w),
    );
}
