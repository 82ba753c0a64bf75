import { describe, expect, it } from 'vitest';
import { lowerMean, meanParameters } from '../../src/lower/mean';
import { lowered } from '../support/gpu-session';
import type { Graph, TensorId } from '../../src/model';
import { requireIntegerGraph, validateGraph } from '../../src/model/checks';
import { enhancer } from '../support/float-island';
import { GraphBuilder, perTensor } from '../support/graph-builder';
import { Random } from '../support/random';

const at = (builder: GraphBuilder, scale: number, zeroPoint = 0): TensorId =>
  builder.tensor([1, 4], { quantization: perTensor(scale, zeroPoint) });

function lowering(build: (builder: GraphBuilder, input: TensorId) => TensorId): () => unknown {
  return () => {
    const builder = new GraphBuilder();
    const input = builder.input([1, 4, 4, 2], { quantization: perTensor(0.5) });
    const graph: Graph = builder.graph([build(builder, input)]);
    return lowered(graph);
  };
}

describe('what TFLite refuses, or integers cannot hold', () => {
  it('a sum whose output scale is too fine', () => {
    const lower = lowering((builder, left) => {
      const output = at(builder, 2 ** -22);
      const [operation, activation] = ['add', 'none'] as const;
      builder.op({ kind: 'binary', operation, left, right: at(builder, 0.5), output, activation });
      return output;
    });
    expect(lower).toThrowErrorMatchingInlineSnapshot(
      `[UnsupportedModelError: binary_0: its output scale 2.384185791015625e-7 is too fine for input scales 0.5 and 0.5; requantize the model]`,
    );
  });

  it('scales whose quotient no int32 shift can express', () => {
    const lower = lowering((builder, input) => {
      const output = at(builder, 1e-20);
      builder.op({ kind: 'relu', input, output, bound: 'relu' });
      return output;
    });
    expect(lower).toThrow(/relu_0: its scales make a factor of 5.*; one below 2\^31 is expected/);
  });

  it('a hard swish whose output scale is too fine', () => {
    const lower = lowering((builder, input) => {
      const output = at(builder, 0.001);
      builder.op({ kind: 'hardSwish', input, output });
      return output;
    });
    expect(lower).toThrow(/hardSwish_0: its output scale 0.001\d* is too fine for its input scale 0.5/);
  });

  it('a convolution that could leave int32', () => {
    const lower = lowering((builder, input) => {
      const output = at(builder, 1);
      builder.op({
        kind: 'conv2d',
        input,
        weights: builder.int8([1, 1, 1, 2], [127, 127]),
        bias: builder.int32([1], [2 ** 31 - 60_000]),
        output,
        stride: [1, 1],
        dilation: [1, 1],
        padding: 'same',
        activation: 'none',
      });
      return output;
    });
    expect(lower).toThrowErrorMatchingInlineSnapshot(
      `[ModelFormatError: conv2d_0: channel 0 with its bias can reach 2147488418, beyond the int32 accumulator; requantize the model with a larger bias scale]`,
    );
  });

  it('an average of more elements than their sum can hold', () => {
    const builder = new GraphBuilder();
    const input = builder.input([1, 4]);
    const op = builder.op({ kind: 'mean', input, output: at(builder, 1), axes: [1], keepDims: false });
    const lowered = lowerMean(op, builder.graph([op.output]));
    expect(() => meanParameters(lowered, [1, 2 ** 24])).toThrow('mean_0: an average of 16777216 elements');
    // 1/16 is 2^30 with shift -3; a third of it keeps one more bit: 2^31 / 3, truncated.
    expect(meanParameters(lowered, [1, 3]).multiplier).toEqual({ multiplier: 715827882, shift: -4 });
  });

  it('a table of positions that the model computes', () => {
    const lower = lowering((builder) => {
      const [output, indices] = [at(builder, 1), builder.tensor([1, 4], { dtype: 'int32' })];
      builder.op({ kind: 'gather', input: builder.int8([4, 2], new Int8Array(8)), indices, output, axis: 0 });
      return output;
    });
    expect(lower).toThrow(/gather_0: its positions "t2" are int32 that the model computes/);
  });

  it('positions of a call in something that is no table', () => {
    const builder = new GraphBuilder();
    const indices = builder.input([1, 4], { dtype: 'int32', quantization: null });
    const output = at(builder, 1);
    builder.op({ kind: 'gather', input: builder.input([4, 2]), indices, output, axis: 0 });
    expect(() => lowered(builder.graph([output]))).toThrow(/rows of a constant table are expected/);
  });
});

it('of islands says every reason at once', () => {
  const float = { dtype: 'float32', quantization: null } as const;
  const builder = new GraphBuilder();
  const input = builder.input([1, 4, 4, 2]);
  const activated = builder.tensor([1, 4, 4, 2]);
  const [real, convolved, mixed] = [0, 1, 2].map(() => builder.tensor([1, 4, 4, 2], float));
  const [divided, logarithm] = [builder.tensor([1, 4, 4, 2]), builder.tensor([1, 4, 4, 2])];
  const result = builder.tensor([1, 4, 4, 2], { quantization: null });
  builder.op({ kind: 'tanh', input, output: activated });
  builder.op({ kind: 'dequantize', input: activated, output: real! });
  builder.op({
    kind: 'conv2d',
    input: real!,
    weights: builder.int8([2, 1, 1, 2], [1, 2, 3, 4]),
    bias: null,
    output: convolved!,
    stride: [1, 1],
    dilation: [1, 1],
    padding: 'same',
    activation: 'none',
  });
  const none = { activation: 'none' } as const;
  builder.op({ kind: 'binary', operation: 'add', left: real!, right: activated, output: mixed!, ...none });
  builder.op({
    kind: 'binary',
    operation: 'divide',
    left: input,
    right: activated,
    output: divided,
    ...none,
  });
  builder.op({ kind: 'floatUnary', function: 'log', input: divided, output: logarithm });
  builder.fullyConnected(mixed!, builder.int8([2, 2], [1, 2, 3, 4]), {
    output: builder.tensor([16, 2], float),
  });
  builder.op({ kind: 'quantize', input: mixed!, output: result });
  const graph = builder.graph([convolved!, logarithm, result]);
  validateGraph(graph);
  expect(() => {
    requireIntegerGraph(graph);
  }).toThrowErrorMatchingInlineSnapshot(`
    [UnsupportedModelError: 6 things cannot run:
    - conv2d_2: its weights "t8": int8 found, float32 expected; keep the op in float32 as a whole, or quantize it
    - binary_3: its right input "t1": int8 found, float32 expected; keep the op in float32 as a whole, or quantize it
    - binary_4: divide has no integer kernel; keep it in float32, between DEQUANTIZE and QUANTIZE
    - floatUnary_5: log has no integer kernel; keep it in float32, between DEQUANTIZE and QUANTIZE
    - fullyConnected_6: its weights "t9": int8 found, float32 expected; keep the op in float32 as a whole, or quantize it
    - quantize_7: its output "t7": no scale found; requantize the model]
  `);
});

it('of an island has nothing to say of a sound one', () => {
  expect(() => {
    requireIntegerGraph(enhancer(new Random(1), 5, 3));
  }).not.toThrow();
});
