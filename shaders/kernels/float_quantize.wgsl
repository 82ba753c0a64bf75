// float32 to int8: sat8(round(x / scale) + zero point), exactly, without a division, which WGSL lets devices round as they
// like: the result is -128 plus the number of thresholds that x reaches. Twin: src/reference/float_quantize.ts.
//
// One invocation makes one word of four values, each by bisection: eight comparisons, which are exact on every device. NaN
// reaches no threshold where a device has NaN. Dispatch: linear over the destination's words (`workgroups` of the contract).
//   params.thresholds   255 f32 in ascending order and one that nothing reaches, four to a vector
//   source              [row][element] f32, no padding
//   destination         [row][row_words] 4 int8 to a word, padded with zeros to 16 bytes
//#include "lib/linear_workgroup.wgsl"
//#include "lib/pack_i8.wgsl"
//#constant WORKGROUP

struct FloatQuantizeParams {
    // Words of all rows.
    words: u32,
    row_words: u32,
    row_elements: u32,
    thresholds: array<vec4<f32>, 64>,
}

@group(0) @binding(0) var<uniform> params: FloatQuantizeParams;
@group(0) @binding(1) var<storage, read> source: array<f32>;
@group(0) @binding(2) var<storage, read_write> destination: array<u32>;

// Number of thresholds that x reaches, 0 to 255, minus 128.
fn quantize(x: f32) -> i32 {
    var reached = 0u;
    for (var step = 128u; step > 0u; step /= 2u) {
        let last = reached + step - 1u;
        if (x >= params.thresholds[last / 4u][last % 4u]) {
            reached += step;
        }
    }
    return i32(reached) - 128;
}

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(local_invocation_index) lane: u32,
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
) {
    let index = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    if (index >= params.words) {
        return;
    }
    let word = index % params.row_words;
    let row_start = index / params.row_words * params.row_elements;
    // Past the row's end they stay zero.
    var values = vec4<i32>(0);
    for (var i = 0u; i < 4u; i++) {
        let column = word * 4u + i;
        if (column < params.row_elements) {
            values[i] = quantize(source[row_start + column]);
        }
    }
    destination[index] = pack_i8(values);
}
