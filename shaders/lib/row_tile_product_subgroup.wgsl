// The product of a tile of activation rows that a whole workgroup shares, for devices whose subgroups have at least 8
// invocations: each of 8 neighbours loads one row in 8 and the subgroup passes it around. The other implementation is
// lib/row_tile_product_plain.wgsl.
//
// Loads are what these products wait for (a storage load costs software adapters as much as five packed dot products), so
// an invocation loads its own weights and one row in 8 instead of all of them.
//#include "lib/quad_product.wgsl"
//#include "lib/row_tile.wgsl"
//#include "lib/pass_around.wgsl"

const SHARED_GROUPS = (ROWS + SHARERS - 1u) / SHARERS;

// Sums of an invocation's quad with each row of the tile; every invocation of a workgroup calls it, with the same tile.
fn row_tile_product(weights_start: u32, blocks: u32, tile: RowTile) -> array<vec4<i32>, ROWS> {
    // The position among the subgroup's invocations, which needs no order of invocations to be promised.
    let lane = subgroupExclusiveAdd(1u) % SHARERS;
    var accumulators: array<vec4<i32>, ROWS>;
    if (ROWS == 1u) {
        accumulators[0] = single_row_product(weights_start, blocks, tile.first, lane);
        return accumulators;
    }
    var starts: array<u32, SHARED_GROUPS>;
    for (var group = 0u; group < SHARED_GROUPS; group++) {
        starts[group] = row_start(tile, group * SHARERS + lane);
    }
    var index = weights_start;
    for (var block = 0u; block < blocks; block++) {
        var weights_x = vec2<u32>(0u);
        if (SLOTS == 4u) {
            weights_x = weight_at(index);
        }
        let weights_y = weight_at(index + (SLOTS - 3u) * QUADS_PER_TILE);
        let weights_z = weight_at(index + (SLOTS - 2u) * QUADS_PER_TILE);
        let weights_w = weight_at(index + (SLOTS - 1u) * QUADS_PER_TILE);
        for (var group = 0u; group < SHARED_GROUPS; group++) {
            let shared_rows = pass_around(activation_at(starts[group] + block));
            for (var member = 0u; member < min(SHARERS, ROWS); member++) {
                let activation = shared_rows[member];
                let row = group * SHARERS + member;
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
        }
        index += SLOTS * QUADS_PER_TILE;
    }
    return accumulators;
}

// The same for one row, of which each of 8 neighbours loads one block in 8.
fn single_row_product(weights_start: u32, blocks: u32, row: u32, lane: u32) -> vec4<i32> {
    var sums = vec4<i32>(0);
    var index = weights_start;
    for (var first = 0u; first < blocks; first += SHARERS) {
        let mine = activation_at(row + min(first + lane, blocks - 1u));
        let count = min(SHARERS, blocks - first);
        for (var block = 0u; block < count; block++) {
            let activation = subgroupShuffle(mine, block);
            if (SLOTS == 4u) {
                sums.x = dot8_i8(weight_at(index), activation, sums.x);
            }
            sums.y = dot8_i8(weight_at(index + (SLOTS - 3u) * QUADS_PER_TILE), activation, sums.y);
            sums.z = dot8_i8(weight_at(index + (SLOTS - 2u) * QUADS_PER_TILE), activation, sums.z);
            sums.w = dot8_i8(weight_at(index + (SLOTS - 1u) * QUADS_PER_TILE), activation, sums.w);
            index += SLOTS * QUADS_PER_TILE;
        }
    }
    return sums;
}
