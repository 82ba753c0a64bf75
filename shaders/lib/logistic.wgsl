// Mirrors src/arith/logistic.ts.
//#include "lib/exp.wgsl"
//#include "lib/reciprocal.wgsl"

// 1 / (1 + exp(-a)), int16 Q3.12 to Q0.15. The negative half is 32,767 minus the positive one. gemmlowp logistic.
fn logistic_q3_12(a: i32) -> i32 {
    let positive_half = one_over_one_plus(exp_on_negative_values(-abs(a), 3));
    return select(select(32767 - positive_half, positive_half, a > 0), 1 << 14u, a == 0);
}
