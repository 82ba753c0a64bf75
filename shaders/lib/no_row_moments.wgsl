// What lib/row_moments.wgsl declares, for layers without layer norm: it compiles, and nothing is computed.

alias RowMoments = u32;
alias RowStatistics = u32;

struct LayerNormConstants {
    coefficients: vec4<i32>,
    bias: vec4<i32>,
}

fn no_moments() -> RowMoments {
    return 0u;
}

fn add_to_moments(moments: RowMoments, values: vec4<i32>) -> RowMoments {
    return moments;
}

fn row_statistics(lane: u32, direction: u32, moments: RowMoments) -> RowStatistics {
    return moments;
}

fn normalize_input_gates(direction: u32, sums: vec4<i32>, statistics: RowStatistics, cell: LayerNormConstants) -> vec4<i32> {
    return sums;
}

fn normalize_output_gate(direction: u32, sum: i32, statistics: RowStatistics, cell: LayerNormConstants) -> i32 {
    return sum;
}
