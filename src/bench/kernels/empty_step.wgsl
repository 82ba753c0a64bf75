// As little as a dispatch can do that depends on the one before it.

@group(0) @binding(0) var<storage, read_write> counter: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
    counter[invocation.x] += 1u;
}
