// Mirrors src/arith/tanh.ts.
//#include "lib/exp.wgsl"
//#include "lib/reciprocal.wgsl"

// tanh(a), from an int16 with 0 to 6 integer bits to Q0.15; odd. exp(-2|a|) is the same raw value with one more integer
// bit. gemmlowp tanh.
fn tanh_q0_15(a: i32, integer_bits: i32) -> i32 {
    return sign(a) * one_minus_over_one_plus(exp_on_negative_values(-abs(a), integer_bits + 1));
}
