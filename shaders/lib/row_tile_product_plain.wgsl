// The product of a tile of activation rows that a whole workgroup shares, for devices without subgroups of at least 8
// invocations: each invocation loads the rows itself. The other implementation is lib/row_tile_product_subgroup.wgsl.
//#include "lib/quad_product.wgsl"
//#include "lib/row_tile.wgsl"

// Sums of an invocation's quad with each row of the tile; every invocation of a workgroup calls it with the same tile.
fn row_tile_product(weights_start: u32, blocks: u32, tile: RowTile) -> array<vec4<i32>, ROWS> {
    var row_starts: array<u32, ROWS>;
    for (var row = 0u; row < ROWS; row++) {
        row_starts[row] = row_start(tile, row);
    }
    return quad_product(weights_start, blocks, row_starts);
}
