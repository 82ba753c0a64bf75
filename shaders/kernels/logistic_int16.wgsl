// The logistic function of int16 Q3.12, to int16 Q0.15: the gates' own. Twin: src/reference/logistic_int16.ts.
//
// One invocation makes one element. Dispatch: linear over the elements (`workgroups` of the contract).
//   source, destination   [element] an int16 to a word, no padding
//#include "lib/linear_workgroup.wgsl"
//#include "lib/logistic.wgsl"
//#constant WORKGROUP

struct LogisticInt16Params {
    elements: u32,
}

@group(0) @binding(0) var<uniform> params: LogisticInt16Params;
@group(0) @binding(1) var<storage, read> source: array<i32>;
@group(0) @binding(2) var<storage, read_write> destination: array<i32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(local_invocation_index) lane: u32,
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
) {
    let index = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    if (index >= params.elements) {
        return;
    }
    destination[index] = logistic_q3_12(source[index]);
}
