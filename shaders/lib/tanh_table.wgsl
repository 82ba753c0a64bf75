// lib/tanh.wgsl by table. The including kernel binds `packTanhTable` of src/contract/gate-tables.ts as `tanh_table`: int16
// values at 1 to 32,768 in Q3.12, two to a word, the first in the low half.

// tanh(a), from an int16 with 3 to 6 integer bits to Q0.15; odd. Arguments beyond Q3.12 have its last value, 32,767.
fn tanh_q0_15(a: i32, integer_bits: i32) -> i32 {
    let index = u32(clamp((abs(a) << u32(integer_bits - 3)) - 1, 0, 32767));
    let word = bitcast<i32>(tanh_table[index >> 3u][(index >> 1u) & 3u]);
    return sign(a) * ((word << ((~index & 1u) << 4u)) >> 16u);
}
