// Mirrors src/arith/softmax.ts, which gives the meaning of each step and its source.
//#include "lib/high_multiply.wgsl"
//#include "lib/rounding.wgsl"
//#include "lib/saturate.wgsl"
//#include "generated/constants.wgsl"

struct SoftmaxReciprocal {
    // Q0.31, at least 1/2 but for rounding.
    mantissa: i32,
    // floor(log2(sum)), 0 to 11.
    bits_over_unit: i32,
}

// exp(a) for a in [-1/4, 0), Q0.31 in and out; |a + 1/8| <= 2^28.
fn exp_on_last_quarter_q0_31(a: i32) -> i32 {
    let x = a + (1 << 28u);
    let x2 = rounding_doubling_high_mul_i32(x, x);
    let x3 = rounding_doubling_high_mul_i32(x2, x);
    let x4 = rounding_doubling_high_mul_i32(x2, x2);
    let cubic_and_quartic = rounding_doubling_high_mul_i32(rounding_divide_by_pot(x4, 2) + x3, ONE_THIRD_Q0_31);
    let above_linear = rounding_divide_by_pot(cubic_and_quartic + x2, 1);
    return EXP_MINUS_EIGHTH_Q0_31 + rounding_doubling_high_mul_i32(EXP_MINUS_EIGHTH_Q0_31, x + above_linear);
}

// value times factor, if that bit of bits is set.
fn multiply_if_bit_q0_31(value: i32, bits: i32, bit: u32, factor: i32) -> i32 {
    return select(value, rounding_doubling_high_mul_i32(value, factor), ((bits >> bit) & 1) == 1);
}

// exp(a) for a <= 0, Q5.26 to Q0.31; exp(0) is 2^31 - 1.
fn exp_on_negative_values_q5_26(a: i32) -> i32 {
    let quarter = 1 << 24u;
    let rest = (a & (quarter - 1)) - quarter;
    let quarters = rest - a;
    var result = exp_on_last_quarter_q0_31(rest << 5u);
    result = multiply_if_bit_q0_31(result, quarters, 24u, EXP_MINUS_QUARTER_Q0_31);
    result = multiply_if_bit_q0_31(result, quarters, 25u, EXP_MINUS_HALF_Q0_31);
    result = multiply_if_bit_q0_31(result, quarters, 26u, EXP_MINUS_1_Q0_31);
    result = multiply_if_bit_q0_31(result, quarters, 27u, EXP_MINUS_2_Q0_31);
    result = multiply_if_bit_q0_31(result, quarters, 28u, EXP_MINUS_4_Q0_31);
    result = multiply_if_bit_q0_31(result, quarters, 29u, EXP_MINUS_8_Q0_31);
    result = multiply_if_bit_q0_31(result, quarters, 30u, EXP_MINUS_16_Q0_31);
    return select(result, 0x7fffffff, a == 0);
}

// An exponential, Q0.31, as a term of the sum, Q12.19: ties away from zero.
fn exp_to_sum_term_q12_19(exp_q0_31: i32) -> i32 {
    return rounding_divide_by_pot(exp_q0_31, 12);
}

// 1 / (1 + a) for a in [0, 1], Q0.31 in and out; 1/(1 + 0) saturates to 2^31 - 1. The seed is off by at most 1/17, so
// the correction cannot overflow when it is shifted to Q2.29.
fn one_over_one_plus_x_q0_31(a: i32) -> i32 {
    let d = (1 << 30u) + (a >> 1u);
    var x = RECIPROCAL_SEED_OFFSET_Q2_29 + rounding_doubling_high_mul_i32(d, RECIPROCAL_SEED_SLOPE_Q2_29);
    for (var step = 0; step < 3; step++) {
        let error = (1 << 29u) - rounding_doubling_high_mul_i32(d, x);
        x += rounding_doubling_high_mul_i32(x, error) << 2u;
    }
    return saturating_shift_left_i32(x, 1);
}

// 1 / sum for a sum of exponentials in Q12.19, 2^19 or more.
fn softmax_reciprocal(sum_q12_19: i32) -> SoftmaxReciprocal {
    let leading_zeros = countLeadingZeros(sum_q12_19);
    let fraction = (sum_q12_19 << u32(leading_zeros)) & 0x7fffffff;
    return SoftmaxReciprocal(one_over_one_plus_x_q0_31(fraction), 12 - leading_zeros);
}

// exp * reciprocal at the output scale 1/256 and zero point -128, saturated to int8. Past a shift of 31 the quotient is
// below half a unit.
fn softmax_probability(exp_q0_31: i32, reciprocal: SoftmaxReciprocal) -> i32 {
    let shift = reciprocal.bits_over_unit + 23;
    let product = rounding_doubling_high_mul_i32(reciprocal.mantissa, exp_q0_31);
    let quotient = select(rounding_divide_by_pot(product, min(shift, 31)), 0, shift > 31);
    return saturate_i8(quotient - 128);
}
