// Words of four int8 that neighbouring invocations computed one each, through workgroup memory. The other implementation is
// lib/neighbour_words_subgroup.wgsl.
//#include "lib/pack_i8.wgsl"
//#constant ROWS
//#constant WORKGROUP

// A place for every row, so that no row has to wait until the one before it is read.
var<workgroup> neighbour_values: array<array<i32, WORKGROUP>, ROWS>;

// Numbers the invocations of a workgroup.
fn position_in_workgroup(invocation: u32) -> u32 {
    return invocation;
}

// The low bytes of the values of four invocations whose positions are the same but for the last two bits, in order of position;
// all four get the word, and every invocation of the workgroup has to call it, once for each row.
fn join_neighbours(row: u32, position: u32, value: i32) -> u32 {
    neighbour_values[row][position] = value;
    workgroupBarrier();
    let first = position / 4u * 4u;
    return pack_i8(vec4<i32>(
        neighbour_values[row][first],
        neighbour_values[row][first + 1u],
        neighbour_values[row][first + 2u],
        neighbour_values[row][first + 3u],
    ));
}
