// Mirrors src/arith/requantize.ts.
//#include "lib/high_multiply.wgsl"
//#include "lib/rounding.wgsl"

// x * multiplier / 2^31 * 2^shift with double rounding: the product rounds to nearest with ties toward positive infinity,
// a right shift after it rounds with ties away from zero. A left shift comes first and wraps in i32.
//
// Requires a multiplier of at least 0, so that the product cannot saturate, and a shift of -31 to 31, positive to the
// left. TFLite MultiplyByQuantizedMultiplier, double-rounding build.
fn multiply_by_quantized_multiplier(x: i32, multiplier: i32, shift: i32) -> i32 {
    let product = rounding_doubling_high_mul_i32(x << u32(max(shift, 0)), multiplier);
    return rounding_divide_by_pot(product, max(-shift, 0));
}
