// Activation rows that all invocations of a workgroup multiply their weights with.

struct RowTile {
    // Index of the first row's first block, and blocks from row to row.
    first: u32,
    row_blocks: u32,
    // Last row that exists, counted from the first; rows beyond it stand for it, and their sums are not used.
    last_row: u32,
}

fn row_start(tile: RowTile, row: u32) -> u32 {
    return tile.first + min(row, tile.last_row) * tile.row_blocks;
}
