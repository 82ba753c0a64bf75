import { describe, expect, test } from 'vitest';
import { FloatRunner, hybridMatrix, runFloat } from '../../src/quantize';
import type { FloatTensor } from '../../src/quantize';
import type { FullyConnectedOp, Graph, Op } from '../../src/model';
import { GraphBuilder } from '../../training/graph-builder';

function tensor(shape: readonly number[], ...values: readonly number[]): FloatTensor {
  return { shape, data: Float32Array.from(values) };
}

function oneOp(kind: 'softmax' | 'logistic' | 'tanh', shape: readonly number[]): Graph {
  const builder = new GraphBuilder('g');
  const input = builder.activation('x', shape);
  const output = builder.activation('y', shape);
  const base = { name: `${kind}_0`, sourceIndex: 0, input, output };
  builder.add(kind === 'softmax' ? { ...base, kind, beta: 2 } : { ...base, kind });
  return builder.build([input], [output]);
}

function dense(options: Partial<Pick<FullyConnectedOp, 'activation' | 'keepDims'>>): Graph {
  const builder = new GraphBuilder('g');
  const input = builder.activation('x', [1, 2, 2]);
  const output = builder.activation('y', [2, 3]);
  builder.add({
    kind: 'fullyConnected',
    name: 'dense_0',
    sourceIndex: 0,
    input,
    weights: builder.constant('w', [3, 2], Float32Array.of(1, 2, 3, 4, -5, -6)),
    bias: builder.constant('b', [3], Float32Array.of(0.5, -0.5, 0)),
    output,
    activation: 'none',
    keepDims: false,
    ...options,
  });
  return builder.build([input], [output]);
}

const X = tensor([1, 2, 2], 1, 0, 0, -1);

describe('fully connected', () => {
  test('flattens leading dimensions, or keeps them', () => {
    expect(runFloat(dense({}), [X])).toEqual([tensor([2, 3], 1.5, 2.5, -5, -1.5, -4.5, 6)]);
    expect(runFloat(dense({ keepDims: true }), [X])[0]!.shape).toEqual([1, 2, 3]);
  });

  test.each([
    ['relu', [1.5, 2.5, 0, 0, 0, 6]],
    ['relu6', [1.5, 2.5, 0, 0, 0, 6]],
    ['reluN1To1', [1, 1, -1, -1, -1, 1]],
  ] as const)('%s clamps', (activation, expected) => {
    expect([...runFloat(dense({ activation }), [X])[0]!.data]).toEqual(expected);
  });

  test('hybrid int8 weights count as what they mean, per tensor and per channel', () => {
    const graph = dense({});
    const withWeights = (scales: readonly number[], axis: number | null): Graph => ({
      ...graph,
      tensors: graph.tensors.map((entry) =>
        entry.name === 'w'
          ? {
              ...entry,
              dtype: 'int8' as const,
              data: Int8Array.of(2, 4, 6, 8, -10, -12),
              quantization: { scales, zeroPoints: scales.map(() => 0), axis },
            }
          : entry,
      ),
    });
    expect(runFloat(withWeights([0.5], null), [X])).toEqual(runFloat(graph, [X]));
    expect([...runFloat(withWeights([0.5, 1, 0.25], 0), [X])[0]!.data]).toEqual([
      1.5, 5.5, -2.5, -1.5, -8.5, 3,
    ]);
  });
});

test('softmax, logistic and tanh', () => {
  const softmax = runFloat(oneOp('softmax', [2, 2]), [tensor([2, 2], 0, 0, 500, 0)])[0]!;
  expect([...softmax.data]).toEqual([0.5, 0.5, 1, 0]);
  const x = tensor([1, 3], -1, 0, 2);
  expect([...runFloat(oneOp('logistic', [1, 3]), [x])[0]!.data]).toEqual(
    [-1, 0, 2].map((value) => Math.fround(1 / (1 + Math.exp(-value)))),
  );
  expect([...runFloat(oneOp('tanh', [1, 3]), [x])[0]!.data]).toEqual(
    [-1, 0, 2].map((v) => Math.fround(Math.tanh(v))),
  );
});

test('reshape fills in -1 and refuses what does not divide', () => {
  const builder = new GraphBuilder('g');
  const input = builder.activation('x', [1, 4]);
  const output = builder.activation('y', [2, 2]);
  builder.add({ kind: 'reshape', name: 'reshape_0', sourceIndex: 0, input, output, shape: [-1, 2] });
  const graph = builder.build([input], [output]);
  expect(runFloat(graph, [tensor([1, 4], 1, 2, 3, 4)])).toEqual([tensor([2, 2], 1, 2, 3, 4)]);
  const ops = graph.ops.map((op): Op => (op.kind === 'reshape' ? { ...op, shape: [3, -1] } : op));
  expect(() => runFloat({ ...graph, ops }, [tensor([1, 4], 1, 2, 3, 4)])).toThrow(
    /^reshape_0: cannot give \[1, 4\] the shape \[3, -1\]/,
  );
});

describe('bad input', () => {
  test('the wrong number, rank, depth or length of inputs names the tensor', () => {
    const graph = dense({});
    expect(() => runFloat(graph, [])).toThrow('g: got 0 inputs; expected 1');
    expect(() => runFloat(graph, [tensor([2, 2], 1, 2, 3, 4)])).toThrow(
      /^input "x" has shape \[2, 2\]; expected \[1, 2, 2\]/,
    );
    expect(() => runFloat(graph, [tensor([1, 2, 3], 1, 2, 3, 4, 5, 6)])).toThrow(
      /^input "x" has shape \[1, 2, 3\]/,
    );
    expect(() => runFloat(graph, [tensor([1, 2, 2], 1, 2, 3)])).toThrow(
      'input "x" holds 3 values; its shape [1, 2, 2] needs 4',
    );
  });

  test('a graph with integer parts is refused with every reason', () => {
    const builder = new GraphBuilder('g');
    const ids = ['a', 'b', 'c'].map((name) => builder.activation(name, [1]));
    builder.add({ kind: 'quantize', name: 'quantize_0', sourceIndex: 0, input: ids[0]!, output: ids[1]! });
    builder.add({
      kind: 'dequantize',
      name: 'dequantize_1',
      sourceIndex: 1,
      input: ids[1]!,
      output: ids[2]!,
    });
    expect(() => new FloatRunner(builder.build([ids[0]!], [ids[2]!]))).toThrow(
      /quantize_0: .*already partly integer[^]*dequantize_1/,
    );
  });
});

describe('hybrid products', () => {
  test('quantize weights once, and each vector by its own largest magnitude', () => {
    // Weights have the scale 6/127: 1, 2, 3, 4, -5, -6 become 21, 42, 64, 85, -106, -127. The vectors 1, 0 and 0, -1 become
    // 127, 0 and 0, -127.
    const [y] = new FloatRunner(dense({}), hybridMatrix).run([X]);
    const unit = 6 / 127;
    const expected = [21 + 0.5 / unit, 64 - 0.5 / unit, -106, -42 + 0.5 / unit, -85 - 0.5 / unit, 127];
    y!.data.forEach((value, index) => {
      expect(value).toBeCloseTo(expected[index]! * unit, 5);
    });
  });

  test('a vector of zeros adds nothing', () => {
    const [y] = new FloatRunner(dense({}), hybridMatrix).run([tensor([1, 2, 2], 0, 0, 0, 0)]);
    expect([...y!.data]).toEqual([0.5, -0.5, 0, 0.5, -0.5, 0]);
  });
});
