// Softmax over rows, int8 in and out: exp(x - max) / sum at scale 1/256 and zero point -128. Twin:
// src/reference/softmax.ts.
//
// One workgroup takes one row: its maximum, the sum of exponentials, their quotients. Sums of int32 give the same bits in
// any order. WORKGROUP is a power of two. Dispatch: linear over rows (`workgroups` of the contract).
//   params.exponentials   exp by distance below the maximum (0 to 255), Q0.31, four to a vector
//   source, destination   [row][row_words] 4 int8 to a word, rows padded to 16 bytes; the destination's with zeros
// Limit: 4095 classes, so that the sum stays in int32.
//#include "lib/linear_workgroup.wgsl"
//#include "lib/pack_i8.wgsl"
//#include "lib/softmax.wgsl"
//#constant WORKGROUP

struct SoftmaxParams {
    rows: u32,
    classes: u32,
    row_words: u32,
    exponentials: array<vec4<i32>, 64>,
}

@group(0) @binding(0) var<uniform> params: SoftmaxParams;
@group(0) @binding(1) var<storage, read> source: array<u32>;
@group(0) @binding(2) var<storage, read_write> destination: array<u32>;

var<workgroup> partial: array<i32, WORKGROUP>;

fn exponential(distance: i32) -> i32 {
    return params.exponentials[u32(distance) / 4u][u32(distance) % 4u];
}

fn exponentials_of(values: vec4<i32>, maximum: i32) -> vec4<i32> {
    let distances = vec4<i32>(maximum) - values;
    return vec4<i32>(
        exponential(distances.x),
        exponential(distances.y),
        exponential(distances.z),
        exponential(distances.w),
    );
}

// Logits of a word; past the row's end the lowest int8, which cannot raise a maximum.
fn logits_at(row_start: u32, word: u32) -> vec4<i32> {
    let values = unpack_i8(source[row_start + word]);
    let elements = vec4<u32>(word * 4u) + vec4<u32>(0u, 1u, 2u, 3u);
    return select(vec4<i32>(-128), values, elements < vec4<u32>(params.classes));
}

fn row_maximum(lane: u32, row_start: u32, words: u32) -> i32 {
    var maximum = -128;
    for (var word = lane; word < words; word += WORKGROUP) {
        let values = logits_at(row_start, word);
        maximum = max(maximum, max(max(values.x, values.y), max(values.z, values.w)));
    }
    partial[lane] = maximum;
    workgroupBarrier();
    for (var width = WORKGROUP / 2u; width > 0u; width /= 2u) {
        if (lane < width) {
            partial[lane] = max(partial[lane], partial[lane + width]);
        }
        workgroupBarrier();
    }
    let result = partial[0];
    // Everyone has read it before the sum takes its place.
    workgroupBarrier();
    return result;
}

// Sum of the row's exponentials, Q12.19.
fn row_sum(lane: u32, row_start: u32, words: u32, maximum: i32) -> i32 {
    var sum = 0;
    for (var word = lane; word < words; word += WORKGROUP) {
        let exponentials = exponentials_of(logits_at(row_start, word), maximum);
        for (var i = 0u; i < 4u; i++) {
            if (word * 4u + i < params.classes) {
                sum += exp_to_sum_term_q12_19(exponentials[i]);
            }
        }
    }
    partial[lane] = sum;
    workgroupBarrier();
    for (var width = WORKGROUP / 2u; width > 0u; width /= 2u) {
        if (lane < width) {
            partial[lane] += partial[lane + width];
        }
        workgroupBarrier();
    }
    return partial[0];
}

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(local_invocation_index) lane: u32,
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
) {
    let row = linear_workgroup(workgroup, workgroups);
    if (row >= params.rows) {
        return;
    }
    let row_start = row * params.row_words;
    let words = (params.classes + 3u) / 4u;
    let maximum = row_maximum(lane, row_start, words);
    let reciprocal = softmax_reciprocal(row_sum(lane, row_start, words, maximum));
    for (var word = lane; word < params.row_words; word += WORKGROUP) {
        let exponentials = exponentials_of(logits_at(row_start, word), maximum);
        let probabilities = vec4<i32>(
            softmax_probability(exponentials.x, reciprocal),
            softmax_probability(exponentials.y, reciprocal),
            softmax_probability(exponentials.z, reciprocal),
            softmax_probability(exponentials.w, reciprocal),
        );
        destination[row_start + word] = mask_row_end(pack_i8(probabilities), word, params.classes);
    }
}
