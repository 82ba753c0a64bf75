// Requantization of four projected outputs.
//#include "lib/lstm_params.wgsl"
//#include "lib/saturate.wgsl"
//#include "lib/requantize.wgsl"
//#include "lib/pack_i8.wgsl"

// h = sat8(mbqm(sum, multiplier) + zero point), then bounded by a positive clip around 0 (not around the zero point: TFLite
// clips the stored integer). Four neighbouring elements become one word.
fn project(layer: LstmDirectionParams, sums: vec4<i32>) -> u32 {
    let offset = layer.output_zero_point;
    var values = vec4<i32>(
        saturate_i8(multiply_by_quantized_multiplier(sums.x, layer.projection_multiplier, layer.projection_shift) + offset),
        saturate_i8(multiply_by_quantized_multiplier(sums.y, layer.projection_multiplier, layer.projection_shift) + offset),
        saturate_i8(multiply_by_quantized_multiplier(sums.z, layer.projection_multiplier, layer.projection_shift) + offset),
        saturate_i8(multiply_by_quantized_multiplier(sums.w, layer.projection_multiplier, layer.projection_shift) + offset),
    );
    if (layer.projection_clip > 0) {
        values = clamp(values, vec4<i32>(-layer.projection_clip), vec4<i32>(layer.projection_clip));
    }
    return pack_i8(values);
}
