// Elementwise part of an LSTM step; mirrors src/arith/lstm-cell.ts. Gates are Q0.15, pre-activations Q3.12, cell states
// int16 at scale 2^cell_scale_log2. Everything is int16 or int8 held in i32.
//#include "lib/saturate.wgsl"
//#include "lib/rounding.wgsl"
//#include "lib/requantize.wgsl"
//#include "lib/tanh.wgsl"
//#include "lib/logistic.wgsl"

// New cell state f * c + i * g. Both products are at most 2^30 in magnitude; they are divided with ties away from zero,
// saturated to int16, added with saturation, and bounded by a positive clip.
fn update_cell_state(forget_gate: i32, input_gate: i32, cell_gate: i32, cell: i32, cell_scale_log2: i32, clip: i32) -> i32 {
    let kept = saturate_i16(rounding_divide_by_pot(forget_gate * cell, 15));
    let added = saturate_i16(rounding_divide_by_pot(input_gate * cell_gate, 30 + cell_scale_log2));
    let next = saturate_i16(kept + added);
    return select(next, clamp(next, -clip, clip), clip > 0);
}

// Hidden value o * tanh(c) as int8; the Q0.30 product is below 2^30 in magnitude.
fn hidden_value(output_gate: i32, cell: i32, cell_scale_log2: i32, multiplier: i32, shift: i32, offset: i32) -> i32 {
    let product = output_gate * tanh_q0_15(cell, 15 + cell_scale_log2);
    return saturate_i8(multiply_by_quantized_multiplier(product, multiplier, shift) + offset);
}

// Input gate of a coupled input-forget gate (CIFG): 1 - f in Q0.15.
fn coupled_input_gate(forget_gate: i32) -> i32 {
    return 32767 - forget_gate;
}

// sat16(side + mbqm(accumulator)) for the four gates.
fn add_requantized(side: vec4<i32>, accumulators: vec4<i32>, multiplier: vec4<i32>, shift: vec4<i32>) -> vec4<i32> {
    return vec4<i32>(
        saturate_i16(side.x + multiply_by_quantized_multiplier(accumulators.x, multiplier.x, shift.x)),
        saturate_i16(side.y + multiply_by_quantized_multiplier(accumulators.y, multiplier.y, shift.y)),
        saturate_i16(side.z + multiply_by_quantized_multiplier(accumulators.z, multiplier.z, shift.z)),
        saturate_i16(side.w + multiply_by_quantized_multiplier(accumulators.w, multiplier.w, shift.w)),
    );
}

// Four int16 gates in two words: i and f, c and o, the first of each pair in the low half.
fn pack_gates(gates: vec4<i32>) -> vec2<u32> {
    let bits = vec4<u32>(gates);
    return vec2<u32>((bits.x & 0xffffu) | (bits.y << 16u), (bits.z & 0xffffu) | (bits.w << 16u));
}

fn unpack_gates(words: vec2<u32>) -> vec4<i32> {
    let bits = vec2<i32>(words);
    return vec4<i32>(extractBits(bits.x, 0u, 16u), bits.x >> 16u, extractBits(bits.y, 0u, 16u), bits.y >> 16u);
}

// sat16(sum + mbqm(weight * cell)); the int32 product of int16 factors is at most 2^30 in magnitude.
fn add_peephole(sum: i32, weight: i32, cell: i32, multiplier: i32, shift: i32) -> i32 {
    return saturate_i16(sum + multiply_by_quantized_multiplier(weight * cell, multiplier, shift));
}
