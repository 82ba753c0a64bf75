// Packed dot products from registers, nothing else: the rate that no kernel can exceed. An invocation keeps a tile of
// 8 x 4 sums; its operands change by rotation, so that no product can be hoisted out of the loop.
//   sums           [invocation] the tile's total, so that no product can be left out
//#include "lib/dot4.wgsl"

struct CeilingParams {
    iterations: u32,
    seed: u32,
}

@group(0) @binding(0) var<uniform> params: CeilingParams;
@group(0) @binding(1) var<storage, read_write> sums: array<i32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
    var tile: array<vec4<i32>, 8>;
    var columns = vec4<u32>(params.seed) * vec4<u32>(1u, 3u, 5u, 7u) + invocation.x;
    var rows: array<u32, 8>;
    for (var row = 0u; row < 8u; row++) {
        rows[row] = params.seed * (row + 11u) + invocation.x;
    }
    for (var iteration = 0u; iteration < params.iterations; iteration++) {
        for (var row = 0u; row < 8u; row++) {
            tile[row] = vec4<i32>(
                dot4_i8(rows[row], columns.x, tile[row].x),
                dot4_i8(rows[row], columns.y, tile[row].y),
                dot4_i8(rows[row], columns.z, tile[row].z),
                dot4_i8(rows[row], columns.w, tile[row].w),
            );
        }
        columns = (columns << vec4<u32>(5u)) | (columns >> vec4<u32>(27u));
    }
    var total = vec4<i32>(0);
    for (var row = 0u; row < 8u; row++) {
        total += tile[row];
    }
    sums[invocation.x] = total.x + total.y + total.z + total.w;
}
