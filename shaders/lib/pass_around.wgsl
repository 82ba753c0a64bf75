// Values that 8 neighbouring invocations share. Needs subgroups of at least 8 invocations, all of which take part.
enable subgroups;

const SHARERS = 8u;

// What the first 8 invocations of the subgroup hold.
fn pass_around(value: vec2<u32>) -> array<vec2<u32>, SHARERS> {
    return array<vec2<u32>, SHARERS>(
        subgroupBroadcast(value, 0u),
        subgroupBroadcast(value, 1u),
        subgroupBroadcast(value, 2u),
        subgroupBroadcast(value, 3u),
        subgroupBroadcast(value, 4u),
        subgroupBroadcast(value, 5u),
        subgroupBroadcast(value, 6u),
        subgroupBroadcast(value, 7u),
    );
}
