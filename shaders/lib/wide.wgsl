// Unsigned 64-bit integers in two words, the low one first, for what leaves 32 bits. All of it relies on u32
// arithmetic wrapping modulo 2^32.

// a + b modulo 2^64.
fn wide_add(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
    let low = a.x + b.x;
    return vec2<u32>(low, a.y + b.y + select(0u, 1u, low < a.x));
}

// a - b modulo 2^64; a difference below zero has its top bit set, as in two's complement.
fn wide_subtract(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
    return vec2<u32>(a.x - b.x, a.y - b.y - select(0u, 1u, a.x < b.x));
}

// a * b in 16-bit parts: (2^16 - 1)^2 + 2 (2^16 - 1) is 2^32 - 1, so no partial sum overflows.
fn wide_mul_u32(a: u32, b: u32) -> vec2<u32> {
    let a_low = a & 0xffffu;
    let a_high = a >> 16u;
    let b_low = b & 0xffffu;
    let b_high = b >> 16u;
    let low = a_low * b_low;
    let carried = a_high * b_low + (low >> 16u);
    let middle = a_low * b_high + (carried & 0xffffu);
    return vec2<u32>((middle << 16u) | (low & 0xffffu), a_high * b_high + (carried >> 16u) + (middle >> 16u));
}
