// acc + the sum of four int8 by int8 products, for implementations without packed_4x8_integer_dot_product; the other one
// is lib/dot4_packed.wgsl. The sum wraps in i32.
//#include "lib/pack_i8.wgsl"
fn dot4_i8(a: u32, b: u32, acc: i32) -> i32 {
    let products = unpack_i8(a) * unpack_i8(b);
    return acc + products.x + products.y + products.z + products.w;
}
