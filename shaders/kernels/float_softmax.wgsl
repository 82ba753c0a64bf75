// Softmax over rows in float32: exp(beta * (x - max)) / sum. Not bit-exact. Twin: src/reference/float_softmax.ts.
//
// One workgroup takes one row: its maximum, the sum of exponentials, their quotients. WORKGROUP is a power of two. Dispatch:
// linear over rows (`workgroups` of the contract).
//   source, destination   [row][class] f32, no padding
//#include "lib/linear_workgroup.wgsl"
//#constant WORKGROUP

struct FloatSoftmaxParams {
    rows: u32,
    classes: u32,
    beta: f32,
}

@group(0) @binding(0) var<uniform> params: FloatSoftmaxParams;
@group(0) @binding(1) var<storage, read> source: array<f32>;
@group(0) @binding(2) var<storage, read_write> destination: array<f32>;

var<workgroup> partial: array<f32, WORKGROUP>;

fn row_maximum(lane: u32, row_start: u32) -> f32 {
    var maximum = source[row_start];
    for (var class_index = lane; class_index < params.classes; class_index += WORKGROUP) {
        maximum = max(maximum, source[row_start + class_index]);
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

fn row_sum(lane: u32, row_start: u32, maximum: f32) -> f32 {
    var sum = 0.0;
    for (var class_index = lane; class_index < params.classes; class_index += WORKGROUP) {
        sum += exp(params.beta * (source[row_start + class_index] - maximum));
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
    let row_start = row * params.classes;
    let maximum = row_maximum(lane, row_start);
    let sum = row_sum(lane, row_start, maximum);
    for (var class_index = lane; class_index < params.classes; class_index += WORKGROUP) {
        let element = row_start + class_index;
        destination[element] = exp(params.beta * (source[element] - maximum)) / sum;
    }
}
