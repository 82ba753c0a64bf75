import { describe, expect, it } from 'vitest';
import { lowerMove, movePieces, keepsLayout } from '../../src/lower/moves';
import type { MoveOp } from '../../src/lower/moves';
import type { SliceDimension, TensorId } from '../../src/model';
import { elementCount, evaluateShapes } from '../../src/model/shapes';
import { analyzeShapes } from '../../src/model/shapes/analyze';
import type { TensorShapes } from '../../src/model/shapes';
import { move } from '../../src/reference/move';
import { GraphBuilder, perTensor } from '../support/graph-builder';

/** A tensor of consecutive values, by coordinates. */
function ramp(sizes: readonly number[], start = 0): Int8Array {
  return Int8Array.from({ length: elementCount(sizes) }, (_, index) => start + index);
}

/** Row-major coordinates of every element. */
function coordinates(sizes: readonly number[]): number[][] {
  return sizes.reduce<number[][]>(
    (all, size) => all.flatMap((lead) => Array.from({ length: size }, (_, step) => [...lead, step])),
    [[]],
  );
}

function elementAt(values: Int8Array, sizes: readonly number[], position: readonly number[]): number {
  return values[position.reduce((index, step, axis) => index * sizes[axis]! + step, 0)]!;
}

interface Moved {
  readonly values: Map<TensorId, Int8Array>;
  readonly sizes: TensorShapes;
  readonly isAlias: boolean;
}

/** Runs the one op of a graph whose inputs hold the given values. */
function run(builder: GraphBuilder, op: MoveOp, inputs: ReadonlyMap<TensorId, Int8Array>): Moved {
  const outputs = op.kind === 'split' ? op.outputs : [op.output];
  const graph = builder.graph(outputs);
  const shapes = analyzeShapes(graph);
  const sizes = evaluateShapes(shapes, { batch: shapes.batch.inFile, timesteps: shapes.timesteps.inFile });
  const values = new Map(inputs);
  for (const id of outputs) values.set(id, new Int8Array(elementCount(sizes[id]!)).fill(99));
  const lowered = lowerMove(op, graph);
  for (const { source, destination, parameters } of movePieces(lowered, sizes)) {
    move(parameters, values.get(source)!, values.get(destination)!);
  }
  return { values, sizes, isAlias: keepsLayout(lowered, sizes) };
}

describe('byte movers', () => {
  it.each([
    { from: [1, 3, 4], to: [1, 12], isAlias: false },
    { from: [1, 12], to: [1, 3, 4], isAlias: false },
    { from: [1, 3, 4], to: [3, 4], isAlias: true },
  ])('reshape from $from to $to keeps the order of the elements', ({ from, to, isAlias }) => {
    const builder = new GraphBuilder();
    const input = builder.input(from);
    const output = builder.tensor(to);
    const op = builder.op({ kind: 'reshape', input, output, shape: to });
    const moved = run(builder, op, new Map([[input, ramp(from)]]));
    expect(moved.values.get(output)).toEqual(ramp(from));
    expect(moved.isAlias).toBe(isAlias);
  });

  it.each([
    [0, [2, 5], [1, 5]],
    [1, [2, 3], [2, 4]],
    [2, [2, 2, 3], [2, 2, 5]],
  ] as const)('concatenation along dimension %i', (axis, left, right) => {
    const builder = new GraphBuilder();
    const [a, b] = [builder.input(left), builder.input(right)];
    const output = builder.tensor([]);
    const op = builder.op({ kind: 'concatenation', inputs: [a, b], output, axis });
    const [x, y] = [ramp(left), ramp(right, 50)];
    const { values, sizes } = run(
      builder,
      op,
      new Map([
        [a, x],
        [b, y],
      ]),
    );
    const expected = coordinates(sizes[output]!).map((position) => {
      const step = position[axis]!;
      return step < left[axis]!
        ? elementAt(x, left, position)
        : elementAt(y, right, position.with(axis, step - left[axis]!));
    });
    expect([...values.get(output)!]).toEqual(expected);
  });

  it.each([
    { sizes: null, parts: [2, 2, 2] },
    { sizes: [1, -1, 2], parts: [1, 3, 2] },
  ])('split into $parts', ({ sizes: stated, parts }) => {
    const builder = new GraphBuilder();
    const from = [2, 3, 6];
    const input = builder.input(from);
    const outputs = parts.map(() => builder.tensor([]));
    const op = builder.op({ kind: 'split', input, outputs, axis: 2, sizes: stated });
    const x = ramp(from);
    const { values, sizes } = run(builder, op, new Map([[input, x]]));
    let first = 0;
    for (const [index, output] of outputs.entries()) {
      expect(sizes[output]).toEqual([2, 3, parts[index]]);
      const offset = first;
      const expected = coordinates(sizes[output]!).map(([i, j, k]) =>
        elementAt(x, from, [i!, j!, offset + k!]),
      );
      expect([...values.get(output)!]).toEqual(expected);
      first += parts[index]!;
    }
  });

  const range = (begin: number | null, end: number | null, stride = 1): SliceDimension => ({
    kind: 'range',
    begin,
    end,
    stride,
  });
  it.each<[string, SliceDimension[], number[], (position: number[]) => number[]]>([
    ['nothing', [], [2, 3, 4], (p) => p],
    [
      'a part of the last dimension',
      [range(null, null), range(null, null), range(1, -1)],
      [2, 3, 2],
      ([i, j, k]) => [i!, j!, k! + 1],
    ],
    [
      'the last element of the second',
      [range(null, null), { kind: 'index', index: -1 }],
      [2, 4],
      ([i, k]) => [i!, 2, k!],
    ],
    [
      'every other one, backwards',
      [range(null, null), range(null, null), range(null, null, -2)],
      [2, 3, 2],
      ([i, j, k]) => [i!, j!, 3 - 2 * k!],
    ],
    ['positions beyond the end', [range(-9, 9), range(1, 9)], [2, 2, 4], ([i, j, k]) => [i!, j! + 1, k!]],
    [
      'a new dimension',
      [{ kind: 'newAxis' }, { kind: 'index', index: 1 }],
      [1, 3, 4],
      ([, j, k]) => [1, j!, k!],
    ],
  ])('slice of %s', (_, dimensions, shape, sourceOf) => {
    const builder = new GraphBuilder();
    const from = [2, 3, 4];
    const input = builder.input(from);
    const output = builder.tensor([]);
    const op = builder.op({ kind: 'slice', input, output, dimensions });
    const x = ramp(from);
    const { values, sizes } = run(builder, op, new Map([[input, x]]));
    expect(sizes[output]).toEqual(shape);
    expect([...values.get(output)!]).toEqual(coordinates(shape).map((p) => elementAt(x, from, sourceOf(p))));
  });

  it.each([[[0, 1, 2]], [[1, 0, 2]], [[2, 1, 0]], [[1, 2, 0]]])(
    'transpose to the order %j',
    (permutation) => {
      const builder = new GraphBuilder();
      const from = [2, 3, 4];
      const input = builder.input(from);
      const output = builder.tensor([]);
      const op = builder.op({ kind: 'transpose', input, output, permutation });
      const x = ramp(from);
      const { values, sizes, isAlias } = run(builder, op, new Map([[input, x]]));
      expect(sizes[output]).toEqual(permutation.map((axis) => from[axis]));
      const expected = coordinates(sizes[output]!).map((position) => {
        const source = [0, 0, 0];
        permutation.forEach((axis, index) => (source[axis] = position[index]!));
        return elementAt(x, from, source);
      });
      expect([...values.get(output)!]).toEqual(expected);
      expect(isAlias).toBe(permutation.every((axis, index) => axis === index));
    },
  );

  it('a transpose that moves only dimensions of 1 moves nothing', () => {
    const builder = new GraphBuilder();
    const input = builder.input([1, 7, 4]);
    const op = builder.op({ kind: 'transpose', input, output: builder.tensor([]), permutation: [1, 0, 2] });
    expect(run(builder, op, new Map([[input, ramp([1, 7, 4])]])).isAlias).toBe(true);
  });

  it('reverse of two dimensions', () => {
    const builder = new GraphBuilder();
    const from = [2, 3, 4];
    const input = builder.input(from);
    const output = builder.tensor([]);
    const op = builder.op({ kind: 'reverse', input, output, axes: [1, 2] });
    const x = ramp(from);
    const expected = coordinates(from).map(([i, j, k]) => elementAt(x, from, [i!, 2 - j!, 3 - k!]));
    expect([...run(builder, op, new Map([[input, x]])).values.get(output)!]).toEqual(expected);
  });

  it.each([
    ['the zero point', null, -9],
    ['a constant', 42, 42],
  ])('padding with %s', (_, constant, fill) => {
    const builder = new GraphBuilder();
    const input = builder.input([2, 3]);
    const output = builder.tensor([], { quantization: perTensor(1, -9) });
    const value = constant === null ? null : builder.int8([1], [constant]);
    const op = builder.op({
      kind: 'pad',
      input,
      output,
      paddings: [
        [1, 0],
        [2, 1],
      ],
      value,
    });
    const { values, sizes } = run(builder, op, new Map([[input, ramp([2, 3])]]));
    expect(sizes[output]).toEqual([3, 6]);
    expect([...values.get(output)!]).toEqual([
      ...[fill, fill, fill, fill, fill, fill],
      ...[fill, fill, 0, 1, 2, fill],
      ...[fill, fill, 3, 4, 5, fill],
    ]);
  });

  it.each([
    [1, [3], [2, 3, 4]],
    [2, [2, 2], [2, 3, 2, 2]],
    [2, [], [2, 3]],
  ] as const)('gather along dimension %i by constant positions of shape %j', (axis, indexShape, shape) => {
    const builder = new GraphBuilder();
    const from = [2, 3, 4];
    const positions = [2, 0, 1, 2].slice(0, elementCount(indexShape));
    const input = builder.input(from);
    const output = builder.tensor([]);
    const op = builder.op({
      kind: 'gather',
      input,
      indices: builder.int32(indexShape, positions),
      output,
      axis,
    });
    const x = ramp(from);
    const { values, sizes } = run(builder, op, new Map([[input, x]]));
    expect(sizes[output]).toEqual(shape);
    const expected = coordinates(sizes[output]!).map((position) => {
      const index = position
        .slice(axis, axis + indexShape.length)
        .reduce((sum, step, i) => sum * indexShape[i]! + step, 0);
      return elementAt(x, from, [
        ...position.slice(0, axis),
        positions[index]!,
        ...position.slice(axis + indexShape.length),
      ]);
    });
    expect([...values.get(output)!]).toEqual(expected);
  });
});

describe('byte movers refuse', () => {
  const lower = (builder: GraphBuilder, op: MoveOp): unknown => lowerMove(op, builder.graph([]));

  it('tensors of different scales side by side', () => {
    const builder = new GraphBuilder();
    const inputs = [builder.input([1, 2]), builder.input([1, 2], { quantization: perTensor(1 / 8) })];
    const op = builder.op({ kind: 'concatenation', inputs, output: builder.tensor([1, 4]), axis: 1 });
    expect(() => lower(builder, op)).toThrowErrorMatchingInlineSnapshot(
      `[UnsupportedModelError: concatenation_0: its input "t1" has another scale than its output; requantize the model]`,
    );
  });
});
