// Mirrors src/arith/saturate.ts.

// The nearest int8, -128 to 127.
fn saturate_i8(x: i32) -> i32 {
    return clamp(x, -128, 127);
}

// The nearest int16, -32,768 to 32,767.
fn saturate_i16(x: i32) -> i32 {
    return clamp(x, -32768, 32767);
}

// x * 2^exponent saturated to int16, for an int16 x and an exponent of 0 to 15; |x * 2^exponent| <= 2^30.
fn saturating_shift_left_i16(x: i32, exponent: i32) -> i32 {
    return saturate_i16(x << u32(exponent));
}

// x * 2^exponent saturated to int32, for any int32 x and an exponent of 0 to 31. The shift drops high bits where x is
// beyond the limit; those values are replaced.
fn saturating_shift_left_i32(x: i32, exponent: i32) -> i32 {
    let limit = i32(0x7fffffffu >> u32(exponent));
    let saturated = select(i32(0x80000000u), 0x7fffffff, x > 0);
    return select(x << u32(exponent), saturated, x > limit || x < -limit - 1);
}
