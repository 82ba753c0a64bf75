// Mirrors src/arith/exp.ts. Everything is an int16 held in i32.
//#include "lib/high_multiply.wgsl"
//#include "generated/constants.wgsl"

// exp(a) for a in [-1/4, 0), Q0.15 in and out: a polynomial of degree 4 in x = a + 1/8, |x| <= 2^12, so no sum comes near
// the ends of int16. What is shifted to the right is never negative, so that adding half first rounds ties away from
// zero, as gemmlowp does.
fn exp_on_last_quarter(a: i32) -> i32 {
    let x = a + (1 << 12u);
    let x2 = rounding_doubling_high_mul_i16(x, x);
    let x3 = rounding_doubling_high_mul_i16(x2, x);
    let x4 = rounding_doubling_high_mul_i16(x2, x2);
    let cubic_and_quartic = rounding_doubling_high_mul_i16(((x4 + 2) >> 2u) + x3, ONE_THIRD_Q0_15);
    let above_linear = (cubic_and_quartic + x2 + 1) >> 1u;
    return EXP_MINUS_EIGHTH_Q0_15 + rounding_doubling_high_mul_i16(EXP_MINUS_EIGHTH_Q0_15, x + above_linear);
}

// value times factor, if that bit of bits is set.
fn multiply_if_bit(value: i32, bits: i32, bit: i32, factor: i32) -> i32 {
    return select(value, rounding_doubling_high_mul_i16(value, factor), ((bits >> u32(bit)) & 1) == 1);
}

// exp(a) for an int16 a <= 0 with 0 to 7 integer bits, to Q0.15. exp(0) is 32,767; below -16 the result is 0.
//
// For a < 0, `quarters` is an int16 of at least 0, so the bits beyond integer_bits are clear without being asked about.
// gemmlowp exp_on_negative_values. No branches: skipping factors that a format cannot need was slower (lavapipe).
fn exp_on_negative_values(a: i32, integer_bits: i32) -> i32 {
    let fractional_bits = 15 - integer_bits;
    let quarter = 1 << u32(fractional_bits - 2);
    let rest = (a & (quarter - 1)) - quarter;
    let quarters = rest - a;
    var result = exp_on_last_quarter(rest << u32(integer_bits));
    result = multiply_if_bit(result, quarters, fractional_bits - 2, EXP_MINUS_QUARTER_Q0_15);
    result = multiply_if_bit(result, quarters, fractional_bits - 1, EXP_MINUS_HALF_Q0_15);
    result = multiply_if_bit(result, quarters, fractional_bits, EXP_MINUS_1_Q0_15);
    result = multiply_if_bit(result, quarters, fractional_bits + 1, EXP_MINUS_2_Q0_15);
    result = multiply_if_bit(result, quarters, fractional_bits + 2, EXP_MINUS_4_Q0_15);
    result = multiply_if_bit(result, quarters, fractional_bits + 3, EXP_MINUS_8_Q0_15);
    result = select(result, 0, quarters >> u32(fractional_bits + 4) > 0);
    return select(result, 32767, a == 0);
}
