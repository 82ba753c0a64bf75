import { describe, expect, it } from 'vitest';
import { keepsLayout, movePieces } from '../../src/lower/moves';
import type { ReshapeOp } from '../../src/model';
import { inferShapes } from '../../src/model/shapes';
import { move } from '../../src/reference/move';
import { GraphBuilder } from '../support/graph-builder';

describe('a reshape', () => {
  it.each([
    { from: [1, 3, 4], to: [1, 12], same: false },
    { from: [1, 12], to: [1, 3, 4], same: false },
    { from: [1, 3, 4], to: [3, 4], same: true },
  ])('from $from to $to keeps the order of the elements', ({ from, to, same }) => {
    const builder = new GraphBuilder();
    const output = builder.reshape(builder.input(from), to);
    const graph = builder.graph([output]);
    const sizes = inferShapes(graph, { batch: 1, timesteps: from.length === 3 ? 3 : 1 });
    const op = graph.ops[0] as ReshapeOp;
    const source = Int8Array.from({ length: 12 }, (_, index) => index);
    const out = new Int8Array(12);
    for (const { parameters } of movePieces(op, sizes)) move(parameters, source, out);
    expect(out).toEqual(source);
    expect(keepsLayout(op, sizes)).toBe(same);
  });
});
