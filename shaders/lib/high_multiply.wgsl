// Mirrors src/arith/high-multiply.ts, which proves why one floor covers products of both signs, and the bounds below.

// a * b / 2^15 rounded to nearest, ties toward positive infinity: the product of int16 fixed-point numbers. An int16
// unless both are -32,768, which no caller reaches; |a * b + 2^14| <= 2^30 + 2^14.
fn rounding_doubling_high_mul_i16(a: i32, b: i32) -> i32 {
    return (a * b + 0x4000) >> 15u;
}

// a * b / 2^31 rounded to nearest, ties toward positive infinity: the product of int32 fixed-point numbers. Exact for
// all but -2^31 times -2^31, where it wraps.
//
// With a = a_high * 2^16 + a_low, and b likewise, the four partial products are at most 2^15 * (2^16 - 1) (high and
// low), 2^30 (high) and (2^16 - 1)^2 (low, unsigned); every sum below fits. Of the low word only the top two bits
// matter, so it is never put together. The sum of the high word, doubled, relies on i32 wrapping modulo 2^32: its terms
// may leave the range where their total does not.
fn rounding_doubling_high_mul_i32(a: i32, b: i32) -> i32 {
    let a_low = a & 0xffff;
    let a_high = a >> 16u;
    let b_low = b & 0xffff;
    let b_high = b >> 16u;
    let carried = a_high * b_low + i32((u32(a_low) * u32(b_low)) >> 16u);
    let middle = a_low * b_high + (carried & 0xffff);
    return ((a_high * b_high + (carried >> 16u)) << 1u) + ((middle + 0x4000) >> 15u);
}
