// Words of four int8 that neighbouring invocations computed one each, for devices whose subgroups have at least 8
// invocations. The other implementation is lib/neighbour_words_plain.wgsl.
//
// Shuffles, because a barrier costs CPU drivers far more than itself: they turn the kernel into coroutines and compute
// every index anew behind it. With a barrier a step of 512 cells took 1.3 (16 rows) to 1.6 times (8 rows) the processor
// time (lavapipe, 2026-11-26).
enable subgroups;

// Numbers the invocations of a workgroup so that neighbours in a subgroup have neighbouring numbers, in whichever order the
// subgroup has them; every invocation has to call it.
fn position_in_workgroup(invocation: u32) -> u32 {
    return subgroupMin(invocation) + subgroupExclusiveAdd(1u);
}

// The low bytes of the values of four invocations whose positions are the same but for the last two bits, in order of position;
// all four get the word, and every invocation of the workgroup has to call it.
fn join_neighbours(row: u32, position: u32, value: i32) -> u32 {
    let byte = (u32(value) & 0xffu) << (position % 4u * 8u);
    let pair = byte | subgroupShuffleXor(byte, 1u);
    return pair | subgroupShuffleXor(pair, 2u);
}
