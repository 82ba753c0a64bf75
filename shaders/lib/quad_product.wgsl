// One invocation's share of a packed int8 matrix product: a quad of up to four weight rows (the gates of a cell, or
// four neighbouring output channels) times ROWS activation rows.
//
// The including kernel defines
//   fn weight_at(index: u32) -> vec2<u32>      element of weights packed by `packQuads`
//   fn activation_at(index: u32) -> vec2<u32>  8 int8 of an activation row, rows padded to 16 bytes
// and gets constants from the linker: ROWS, the activation rows per invocation, and SLOTS, the weight rows per quad.
//
// Accumulators are int32 and exact: |sum| <= 2^14 * depth, and models whose bias could push a sum out of int32 are
// refused at load. With three slots (CIFG) component x stays 0 and y, z, w hold the rows.
//
// `blocks` has to be a run-time value: with a constant trip count drivers unroll the loop, which costs seconds of
// compilation and made the code 2 to 3 times slower (measured on lavapipe).
//#include "lib/quads.wgsl"
//#constant ROWS

// `weights_start` comes from quad_weights_start; `row_starts` are the indices of each row's first block.
fn quad_product(weights_start: u32, blocks: u32, row_starts: array<u32, ROWS>) -> array<vec4<i32>, ROWS> {
    var accumulators: array<vec4<i32>, ROWS>;
    var index = weights_start;
    for (var block = 0u; block < blocks; block++) {
        var weights_x = vec2<u32>(0u);
        if (SLOTS == 4u) {
            weights_x = weight_at(index);
        }
        let weights_y = weight_at(index + (SLOTS - 3u) * QUADS_PER_TILE);
        let weights_z = weight_at(index + (SLOTS - 2u) * QUADS_PER_TILE);
        let weights_w = weight_at(index + (SLOTS - 1u) * QUADS_PER_TILE);
        for (var row = 0u; row < ROWS; row++) {
            let activation = activation_at(row_starts[row] + block);
            let sums = accumulators[row];
            var sum_x = 0;
            if (SLOTS == 4u) {
                sum_x = dot8_i8(weights_x, activation, sums.x);
            }
            accumulators[row] = vec4<i32>(
                sum_x,
                dot8_i8(weights_y, activation, sums.y),
                dot8_i8(weights_z, activation, sums.z),
                dot8_i8(weights_w, activation, sums.w),
            );
        }
        index += SLOTS * QUADS_PER_TILE;
    }
    return accumulators;
}
