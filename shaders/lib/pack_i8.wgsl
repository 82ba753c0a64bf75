// Four int8 in a u32, the first in the lowest byte: `src/contract/packing.ts` gives the layout of whole rows. The built-in
// packing functions belong to a language feature that not every implementation has.

// Takes the low eight bits of each value.
fn pack_i8(values: vec4<i32>) -> u32 {
    let bytes = vec4<u32>(values) & vec4<u32>(0xffu);
    return bytes.x | (bytes.y << 8u) | (bytes.z << 16u) | (bytes.w << 24u);
}

fn unpack_i8(word: u32) -> vec4<i32> {
    return vec4<i32>(vec4<u32>(word) << vec4<u32>(24u, 16u, 8u, 0u)) >> vec4<u32>(24u);
}

// The packed values of a row's word, with zeros in place of those at or beyond the row's last element.
fn mask_row_end(values: u32, word: u32, row_elements: u32) -> u32 {
    let kept = clamp(i32(row_elements) - i32(word * 4u), 0, 4);
    return select(values & ((1u << u32(kept * 8)) - 1u), values, kept == 4);
}
