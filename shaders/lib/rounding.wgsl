// Mirrors src/arith/rounding.ts.

// x / 2^exponent rounded to nearest, ties away from zero; any int32 x, exponent 0 to 31. Nothing overflows: the quotient
// is corrected by comparing the bits that are cut off. gemmlowp RoundingDivideByPOT.
fn rounding_divide_by_pot(x: i32, exponent: i32) -> i32 {
    let mask = (1u << u32(exponent)) - 1u;
    let threshold = (mask >> 1u) + (u32(x) >> 31u);
    return (x >> u32(exponent)) + select(0, 1, (u32(x) & mask) > threshold);
}
