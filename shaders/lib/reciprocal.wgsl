// Mirrors src/arith/reciprocal.ts. Everything is an int16 held in i32.
//#include "lib/high_multiply.wgsl"
//#include "lib/saturate.wgsl"
//#include "generated/constants.wgsl"

const ONE_Q2_13 = 1 << 13u;

// x + x (1 - d x), x in Q2.13 and d in Q0.15. The correction, Q4.11 before its shift, stays within +-256.
fn newton_step(x: i32, d: i32) -> i32 {
    let error = ONE_Q2_13 - rounding_doubling_high_mul_i16(d, x);
    return x + (rounding_doubling_high_mul_i16(x, error) << 2u);
}

// 2 / (1 + a) for a in [0, 1], Q0.15 to Q2.13, 7,710 to 16,384 on the way: three Newton-Raphson steps for 1/d,
// d = (1 + a) / 2.
fn two_over_one_plus(a: i32) -> i32 {
    let d = (1 << 14u) + (a >> 1u);
    let seed = RECIPROCAL_SEED_OFFSET_Q2_13 + rounding_doubling_high_mul_i16(d, RECIPROCAL_SEED_SLOPE_Q2_13);
    return newton_step(newton_step(newton_step(seed, d), d), d);
}

// 1 / (1 + a) for a in [0, 1], Q0.15 in and out: 16,380 to 32,767, where it saturates.
fn one_over_one_plus(a: i32) -> i32 {
    return saturating_shift_left_i16(two_over_one_plus(a), 1);
}

// (1 - a) / (1 + a) for a in [0, 1], Q0.15 in and out: -8 to 32,767, where it saturates.
fn one_minus_over_one_plus(a: i32) -> i32 {
    return saturating_shift_left_i16(two_over_one_plus(a) - ONE_Q2_13, 2);
}
