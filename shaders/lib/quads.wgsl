// Weights packed by `packQuads`: a quad is up to four weight rows that one invocation multiplies together. The linker's
// constant SLOTS is the number of rows per quad.
//#include "lib/dot4.wgsl"
//#constant SLOTS

const QUADS_PER_TILE = 8u;

fn quad_weights_start(quad: u32, blocks: u32) -> u32 {
    return (quad / QUADS_PER_TILE) * blocks * SLOTS * QUADS_PER_TILE + quad % QUADS_PER_TILE;
}

fn dot8_i8(weights: vec2<u32>, activation: vec2<u32>, accumulator: i32) -> i32 {
    return dot4_i8(weights.x, activation.x, dot4_i8(weights.y, activation.y, accumulator));
}
