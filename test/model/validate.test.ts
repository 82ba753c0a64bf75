import { describe, expect, test } from 'vitest';
import { ModelFormatError } from '../../src/errors';
import type { Graph, LstmOp, Op, Tensor } from '../../src/model';
import { requireIntegerGraph, validateGraph } from '../../src/model/checks';
import { GraphBuilder, perTensor } from '../support/graph-builder';

/** What no file can say, but a graph made by other means can. */
describe('validateGraph', () => {
  test('accepts what the builder makes', () => {
    expect(() => {
      validateGraph(dense());
      requireIntegerGraph(dense());
    }).not.toThrow();
  });

  test('elements of another type than the tensor', () => {
    expect(refusal(changed(dense(), 1, { data: new Int16Array(6) }))).toMatchInlineSnapshot(
      `"tensor "t1": is int8 and its elements are held as Int16Array"`,
    );
  });

  test('fewer elements than the shape takes', () => {
    expect(refusal(changed(dense(), 1, { data: new Int8Array(5) }))).toMatchInlineSnapshot(
      `"tensor "t1": has 5 elements; its shape [2, 3] takes 6"`,
    );
  });

  test('a fraction of a zero point', () => {
    expect(refusal(changed(dense(), 0, { quantization: perTensor(1, 0.5) }))).toMatchInlineSnapshot(
      `"tensor "t0": has the zero point 0.5; int8 has -128 to 127, requantize the model"`,
    );
  });

  test('two ops of one name', () => {
    const builder = new GraphBuilder();
    const middle = builder.tensor([2]);
    const output = builder.tensor([2]);
    builder.op({ kind: 'tanh', input: builder.input([2]), output: middle });
    builder.op({ kind: 'tanh', input: middle, output });
    const graph = builder.graph([output]);
    const ops = graph.ops.map((op): Op => ({ ...op, name: 'tanh' }));
    expect(refusal({ ...graph, ops })).toMatchInlineSnapshot(`"op tanh: another op has the same name"`);
  });

  test('an activation that no file can say of an operation', () => {
    const builder = new GraphBuilder();
    const [left, output] = [builder.input([2]), builder.tensor([2])];
    const [operation, activation] = ['squaredDifference', 'relu'] as const;
    builder.op({ kind: 'binary', operation, left, right: left, output, activation });
    expect(refusal(builder.graph([output]))).toMatchInlineSnapshot(
      `"binary_0: squaredDifference with the fused activation relu; none is expected, make the activation an op"`,
    );
  });

  test('an op that writes a state', () => {
    const builder = new GraphBuilder();
    const output = builder.tensor([2], { isVariable: true });
    builder.op({ kind: 'tanh', input: builder.input([2]), output });
    expect(refusal(builder.graph([output]))).toMatchInlineSnapshot(
      `"tanh_0: writes "t0", which is a constant, an input, a state, or another op's output; convert the model again"`,
    );
  });

  test('a peephole on the cell gate', () => {
    const builder = new GraphBuilder();
    const [output] = builder.lstm(builder.input([1, 4, 3]), { features: 3, units: 2 });
    const peephole = builder.tensor([2], { dtype: 'int16', data: new Int16Array(2) });
    const graph = builder.graph([output!]);
    const [op] = graph.ops as [LstmOp];
    const [direction] = op.directions;
    const cell = { ...direction.gates.cell, peephole };
    const directions = [{ ...direction, gates: { ...direction.gates, cell } }] as const;
    expect(refusal({ ...graph, ops: [{ ...op, directions }] })).toMatchInlineSnapshot(
      `"lstm_0: its cell gate has peephole weights; the other gates alone have them, convert the model again"`,
    );
  });

  test('a filter of three dimensions', () => {
    const builder = new GraphBuilder();
    const output = builder.tensor([1, 1, 4, 2]);
    builder.op({
      kind: 'conv2d',
      input: builder.input([1, 1, 4, 3]),
      weights: builder.int8([2, 1, 3], new Int8Array(6)),
      bias: null,
      output,
      activation: 'none',
      stride: [1, 1],
      dilation: [1, 1],
      padding: 'same',
    });
    expect(refusal(builder.graph([output]))).toMatchInlineSnapshot(
      `"conv2d_0: its weights "t2": shape [2, 1, 3] found, four dimensions expected; convert the model again"`,
    );
  });
});

function refusal(graph: Graph): string {
  try {
    validateGraph(graph);
  } catch (error) {
    if (error instanceof ModelFormatError) return error.message;
    throw error;
  }
  throw new Error('the graph was accepted');
}

/** A dense layer: tensor 0 is its input, 1 the weights. */
function dense(): Graph {
  const builder = new GraphBuilder();
  const input = builder.input([1, 3]);
  const weights = builder.int8([2, 3], [1, 2, 3, 4, 5, 6]);
  return builder.graph([builder.fullyConnected(input, weights, { output: builder.tensor([1, 2]) })]);
}

function changed(graph: Graph, id: number, changes: Partial<Tensor>): Graph {
  const tensors = graph.tensors.map((tensor, index) => (index === id ? { ...tensor, ...changes } : tensor));
  return { ...graph, tensors };
}
