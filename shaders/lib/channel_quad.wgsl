// Requantization of four neighbouring output channels, each with its own multiplier; records made by `packChannels` of
// src/contract/channel-quads.ts.
//#include "lib/requantize.wgsl"

struct ChannelQuad {
    bias: vec4<i32>,
    multiplier: vec4<i32>,
    shift: vec4<i32>,
}

// clamp(mbqm(sums, multiplier) + zero_point), channel by channel. The sum with the zero point wraps in i32.
fn requantize_channels(sums: vec4<i32>, quad: ChannelQuad, zero_point: i32, lowest: i32, highest: i32) -> vec4<i32> {
    let scaled = vec4<i32>(
        multiply_by_quantized_multiplier(sums.x, quad.multiplier.x, quad.shift.x),
        multiply_by_quantized_multiplier(sums.y, quad.multiplier.y, quad.shift.y),
        multiply_by_quantized_multiplier(sums.z, quad.multiplier.z, quad.shift.z),
        multiply_by_quantized_multiplier(sums.w, quad.multiplier.w, quad.shift.w),
    );
    return clamp(scaled + zero_point, vec4<i32>(lowest), vec4<i32>(highest));
}
