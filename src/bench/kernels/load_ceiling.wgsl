// Streams a buffer of words as the kernels stream weights: neighbouring invocations read neighbouring 16-byte elements.
//   words          `blocks * invocations` elements, read `iterations` times
//   sums           [invocation] so that no load can be left out

struct CeilingParams {
    iterations: u32,
    seed: u32,
    blocks: u32,
    invocations: u32,
}

@group(0) @binding(0) var<uniform> params: CeilingParams;
@group(0) @binding(1) var<storage, read> words: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read_write> sums: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
    var total = vec4<u32>(params.seed);
    for (var iteration = 0u; iteration < params.iterations; iteration++) {
        var index = invocation.x;
        for (var block = 0u; block < params.blocks; block++) {
            total = (total << vec4<u32>(1u)) ^ words[index];
            index += params.invocations;
        }
    }
    sums[invocation.x] = total.x + total.y + total.z + total.w;
}
