// acc + the sum of four int8 by int8 products, for implementations with packed_4x8_integer_dot_product; the other one is
// lib/dot4_unpacked.wgsl. The sum wraps in i32.
fn dot4_i8(a: u32, b: u32, acc: i32) -> i32 {
    return acc + dot4I8Packed(a, b);
}
