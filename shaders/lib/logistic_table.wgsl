// lib/logistic.wgsl by table. The including kernel binds `packLogisticTable` of src/contract/gate-tables.ts as
// `logistic_table`: int16 values at 1 to 32,768, two to a word, the first in the low half.

// 1 / (1 + exp(-a)), int16 Q3.12 to Q0.15. The negative half is 32,767 minus the positive one.
fn logistic_q3_12(a: i32) -> i32 {
    let index = u32(max(abs(a) - 1, 0));
    let word = bitcast<i32>(logistic_table[index >> 3u][(index >> 1u) & 3u]);
    let positive_half = (word << ((~index & 1u) << 4u)) >> 16u;
    return select(select(32767 - positive_half, positive_half, a > 0), 1 << 14u, a == 0);
}
