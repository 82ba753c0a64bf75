// Mirrors src/arith/layer-norm.ts, which gives the meaning of each step and its source.
//#include "lib/high_multiply.wgsl"
//#include "lib/requantize.wgsl"
//#include "lib/rounding.wgsl"
//#include "lib/saturate.wgsl"
//#include "lib/wide.wgsl"
//#include "generated/constants.wgsl"

struct LayerNormStatistics {
    // Mean of the row in units of 2^-10, truncated toward zero.
    mean: i32,
    // 1 / standard deviation.
    multiplier: i32,
    shift: i32,
}

// y (3/2 - (x / 2) y^2), all Q3.28.
fn inverse_sqrt_step(y: i32, half_input_q3_28: i32) -> i32 {
    let y_squared = rounding_doubling_high_mul_i32(y, y);
    let y_cubed = saturating_shift_left_i32(rounding_doubling_high_mul_i32(y_squared, y), 6);
    let next = rounding_doubling_high_mul_i32(THREE_HALVES_Q3_28, y) - rounding_doubling_high_mul_i32(half_input_q3_28, y_cubed);
    return saturating_shift_left_i32(next, 3);
}

// 1 / sqrt(x) for an int32 x of at least 1: (multiplier, shift), the shift -12 to 0.
fn inverse_sqrt_multiplier(x: i32) -> vec2<i32> {
    if (x <= 1) {
        return vec2<i32>(0x7fffffff, 0);
    }
    let halved_twice = x >= (1 << 29u);
    let reduced = select(x, x >> 2u, halved_twice);
    let bit_pairs = ((countLeadingZeros(reduced) - 1) >> 1u) - 1;
    let right_shift = select(11, 12, halved_twice) - bit_pairs;
    let half_input_q3_28 = rounding_divide_by_pot((reduced << u32(2 * bit_pairs)) >> 1u, 1);
    var root = 1 << 28u;
    for (var step = 0; step < 5; step++) {
        root = inverse_sqrt_step(root, half_input_q3_28);
    }
    let multiplier = rounding_doubling_high_mul_i32(root, SQRT_HALF_Q0_31);
    return vec2<i32>(multiplier << u32(max(-right_shift, 0)), -max(right_shift, 0));
}

// Mean and inverse standard deviation of a row of n int16 values, n from 1 to 65,535, from their sum, the sum of their
// squares (64 bits, at most 2^46) and inverse_count_q20 = trunc(2^20 / n). variance_floor replaces a variance below 1.
//
// 1024 * sum / n needs no 64-bit division: with |sum| = q n + r the quotient is 1024 q + trunc(1024 r / n), and
// 1024 r < 2^26. The mean of squares and the square of the mean are both at most 2^50, so bits 20 to 51 of their
// difference are the variance as an i32. They round a negative one down instead of toward zero, which does not matter:
// any value below 1 is replaced.
fn layer_norm_statistics(
    sum: i32,
    sum_of_squares: vec2<u32>,
    n: u32,
    inverse_count_q20: i32,
    variance_floor: i32,
) -> LayerNormStatistics {
    let sum_magnitude = u32(abs(sum)); // abs(-2^31) wraps to -2^31, which is 2^31 as u32
    let quotient = sum_magnitude / n;
    let mean_magnitude = (quotient << 10u) + ((sum_magnitude - quotient * n) << 10u) / n;

    var mean_of_squares = wide_mul_u32(sum_of_squares.x, u32(inverse_count_q20));
    mean_of_squares.y += sum_of_squares.y * u32(inverse_count_q20);
    let difference = wide_subtract(mean_of_squares, wide_mul_u32(mean_magnitude, mean_magnitude));
    let variance = i32((difference.y << 12u) | (difference.x >> 20u));
    let inverse_std_dev = inverse_sqrt_multiplier(select(variance, variance_floor, variance < 1));
    return LayerNormStatistics(sign(sum) * i32(mean_magnitude), inverse_std_dev.x, inverse_std_dev.y);
}

// One int16 pre-activation v, normalised, times weight (int16), plus bias (int32), as Q3.12 saturated to int16. The
// shift of the coefficient's scale is at most 19. The weighted sum relies on i32 wrapping, as TFLite's does.
fn layer_norm_element(v: i32, statistics: LayerNormStatistics, weight: i32, bias: i32, multiplier: i32, shift: i32) -> i32 {
    let normalised = multiply_by_quantized_multiplier(1024 * v - statistics.mean, statistics.multiplier, statistics.shift);
    let weighted = rounding_divide_by_pot(normalised * weight + bias, 10);
    return saturate_i16(multiply_by_quantized_multiplier(weighted, multiplier, shift + 12));
}
