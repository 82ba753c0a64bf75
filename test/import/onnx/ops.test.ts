/** Every operator that is read, alone or as exporters write it, against ONNX Runtime. */
import { describe, expect, it, test } from 'vitest';
import { UnsupportedModelError } from '../../../src/errors';
import { importOnnx } from '../../../src/import/onnx';
import { NODE_READERS } from '../../../src/import/onnx/ops';
import type { NamedInputs } from '../../support/compare-onnx';
import { expectAsOnnxRuntime, randomFloats, randomTensor } from '../../support/compare-onnx';
import type { OnnxDimension } from '../../support/onnx-model';
import { OnnxBuilder } from '../../support/onnx-model';

interface OpCase {
  /** Operators that it shows. */
  readonly ops: readonly string[];
  readonly title?: string;
  readonly opset?: number;
  /** Of the input `x`. */
  readonly shape: readonly OnnxDimension[];
  /** Sizes for open dimensions. */
  readonly sizes?: readonly number[];
  /** Numbers of (0, 1] instead of [-1, 1). */
  readonly isPositive?: boolean;
  /** Adds nodes from `x` to the output `y`. */
  readonly build: (builder: OnnxBuilder) => void;
  readonly kinds: readonly string[];
  /** Of the output; 3 unless it says otherwise. */
  readonly rank?: number;
}

const weights = (builder: OnnxBuilder, name: string, shape: readonly number[], seed = 1): string =>
  builder.floats(
    name,
    shape,
    randomFloats(
      shape.reduce((product, size) => product * size, 1),
      seed,
    ),
  );

const unaryCases = (
  [
    ['Sigmoid', 'logistic'],
    ['Tanh', 'tanh'],
    ['Relu', 'relu'],
    ['LeakyRelu', 'leakyRelu'],
    ['HardSwish', 'hardSwish'],
    ['Abs', 'floatUnary'],
    ['Exp', 'floatUnary'],
    ['Neg', 'floatUnary'],
  ] as const
).map(([op, kind]): OpCase => ({
  ops: [op],
  shape: [2, 3, 4],
  kinds: [kind],
  build: (builder) => builder.node(op, ['x'], 'y'),
}));

const positiveCases = (
  [
    ['Log', 'floatUnary'],
    ['Sqrt', 'floatUnary'],
    ['Reciprocal', 'binary'],
  ] as const
).map(([op, kind]): OpCase => ({
  ops: [op],
  shape: [2, 3, 4],
  isPositive: true,
  kinds: [kind],
  build: (builder) => builder.node(op, ['x'], 'y'),
}));

const binaryCases = (['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min'] as const).flatMap((op): OpCase[] => [
  {
    ops: [op],
    title: `${op} of two values in different orders`,
    shape: [2, 3, 4],
    isPositive: true,
    kinds: ['transpose', 'reshape', 'tanh', 'binary'],
    build: (builder) => {
      builder.node('Transpose', ['x'], 'turned', { perm: [0, 2, 1] });
      builder.integers('shape', [2, 3, 4]);
      builder.node('Reshape', ['turned', 'shape'], 'other');
      builder.node('Tanh', ['x'], 'squashed');
      builder.node(op, ['squashed', 'other'], 'y');
    },
  },
  {
    ops: [op],
    title: `${op} with a constant, before and behind`,
    shape: [2, 3, 4],
    isPositive: true,
    kinds: ['binary', 'binary'],
    build: (builder) => {
      weights(builder, 'row', [4]);
      weights(builder, 'column', [3, 1], 2);
      builder.node(op, ['x', 'row'], 'between');
      builder.node(op, ['column', 'between'], 'y');
    },
  },
]);

const CASES: readonly OpCase[] = [
  ...unaryCases,
  ...positiveCases,
  ...binaryCases,
  {
    ops: ['MatMul', 'Add', 'Relu'],
    title: 'MatMul, Add and Relu as one layer, over batch and time',
    shape: ['batch', 'time', 4],
    sizes: [2, 3, 4],
    kinds: ['fullyConnected'],
    build: (builder) => {
      weights(builder, 'w', [4, 5]);
      weights(builder, 'b', [5], 2);
      builder.node('MatMul', ['x', 'w'], 'product');
      builder.node('Add', ['b', 'product'], 'sum');
      builder.node('Relu', ['sum'], 'y');
    },
  },
  {
    ops: ['MatMul', 'Transpose', 'Add', 'Relu'],
    title: 'a bias that only one of two readers adds',
    shape: [2, 3, 4],
    kinds: ['fullyConnected', 'binary', 'relu', 'transpose', 'binary'],
    build: (builder) => {
      weights(builder, 'w', [4, 3]);
      weights(builder, 'b', [3, 1], 2);
      builder.node('MatMul', ['x', 'w'], 'product');
      builder.node('Transpose', ['product'], 'turned', { perm: [0, 2, 1] });
      builder.node('Add', ['turned', 'b'], 'sum');
      builder.node('Relu', ['product'], 'positive');
      builder.node('Add', ['positive', 'sum'], 'y');
    },
  },
  {
    ops: ['Gemm'],
    rank: 2,
    shape: [3, 4],
    kinds: ['fullyConnected'],
    build: (builder) => {
      weights(builder, 'w', [5, 4]);
      weights(builder, 'b', [5], 2);
      builder.node('Gemm', ['x', 'w', 'b'], 'y', { transB: 1, alpha: { float: 0.5 }, beta: { float: 2 } });
    },
  },
  {
    ops: ['Clip'],
    rank: 2,
    shape: [3, 4],
    kinds: ['relu'],
    build: (builder) => {
      builder.floats('low', [], [0]);
      builder.floats('high', [], [6]);
      builder.node('Clip', ['x', 'low', 'high'], 'y');
    },
  },
  {
    ops: ['Softmax'],
    title: 'Softmax over channels in the middle',
    shape: [2, 3, 4],
    kinds: ['transpose', 'softmax', 'transpose'],
    build: (builder) => builder.node('Softmax', ['x'], 'y', { axis: 1 }),
  },
  {
    ops: ['Pow', 'ReduceMean', 'Sub', 'Add', 'Sqrt', 'Div', 'Mul'],
    title: 'layer normalisation as PyTorch spells it out',
    opset: 13,
    shape: ['batch', 'time', 6],
    sizes: [2, 3, 6],
    kinds: ['mean', 'binary', 'floatUnary', 'mean', 'binary', 'floatUnary', 'binary', 'binary', 'binary'],
    build: (builder) => {
      builder.floats('two', [], [2]);
      builder.floats('epsilon', [], [1e-5]);
      weights(builder, 'scale', [6]);
      weights(builder, 'shift', [6], 2);
      builder.node('ReduceMean', ['x'], 'mean', { axes: [-1] });
      builder.node('Sub', ['x', 'mean'], 'centred');
      builder.node('Pow', ['centred', 'two'], 'squares');
      builder.node('ReduceMean', ['squares'], 'variance', { axes: [-1] });
      builder.node('Add', ['variance', 'epsilon'], 'positive');
      builder.node('Sqrt', ['positive'], 'deviation');
      builder.node('Div', ['centred', 'deviation'], 'normal');
      builder.node('Mul', ['normal', 'scale'], 'scaled');
      builder.node('Add', ['scaled', 'shift'], 'y');
    },
  },
  {
    ops: ['LayerNormalization'],
    shape: [2, 3, 6],
    kinds: ['mean', 'binary', 'floatUnary', 'mean', 'binary', 'floatUnary', 'binary', 'binary', 'binary'],
    build: (builder) => {
      weights(builder, 'scale', [6]);
      weights(builder, 'shift', [6], 2);
      builder.node('LayerNormalization', ['x', 'scale', 'shift'], 'y', {
        axis: -1,
        epsilon: { float: 1e-4 },
      });
    },
  },
  {
    ops: ['BatchNormalization'],
    shape: [2, 3, 5],
    kinds: ['binary', 'binary'],
    build: (builder) => {
      for (const [seed, name] of ['scale', 'shift', 'mean'].entries()) weights(builder, name, [3], seed);
      builder.floats('variance', [3], [0.5, 1, 2]);
      builder.node('BatchNormalization', ['x', 'scale', 'shift', 'mean', 'variance'], 'y');
    },
  },
  {
    ops: ['Conv', 'Relu'],
    title: 'two 1-D convolutions between transposes, with nothing moved between them',
    shape: [2, 9, 4],
    kinds: ['reshape', 'conv2d', 'pad', 'conv2d', 'reshape'],
    build: (builder) => {
      builder.node('Transpose', ['x'], 'channelsFirst', { perm: [0, 2, 1] });
      weights(builder, 'w1', [6, 4, 3]);
      weights(builder, 'b1', [6], 2);
      weights(builder, 'w2', [5, 6, 3], 3);
      builder.node('Conv', ['channelsFirst', 'w1', 'b1'], 'first', { pads: [1, 1], kernel_shape: [3] });
      builder.node('Relu', ['first'], 'positive');
      builder.node('Conv', ['positive', 'w2'], 'second', { pads: [2, 0], dilations: [1], strides: [2] });
      builder.node('Transpose', ['second'], 'y', { perm: [0, 2, 1] });
    },
  },
  {
    ops: ['Conv'],
    title: 'a 2-D convolution of each channel on its own',
    rank: 4,
    shape: [1, 4, 6, 5],
    kinds: ['transpose', 'depthwiseConv2d', 'transpose'],
    build: (builder) => {
      weights(builder, 'w', [4, 1, 3, 2]);
      weights(builder, 'b', [4], 2);
      builder.node('Conv', ['x', 'w', 'b'], 'y', { group: 4, strides: [2, 1], auto_pad: 'SAME_UPPER' });
    },
  },
  {
    ops: ['Pad'],
    shape: [2, 3, 4],
    kinds: ['pad'],
    build: (builder) => {
      builder.integers('pads', [0, 1, 0, 0, 2, 3]);
      builder.node('Pad', ['x', 'pads'], 'y');
    },
  },
  {
    ops: ['Slice'],
    title: 'Slice forwards and backwards',
    shape: [5, 6, 4],
    kinds: ['slice', 'slice', 'slice'],
    build: (builder) => {
      builder.integers('starts', [1, -1, 3]);
      builder.integers('ends', [2 ** 62, -(2 ** 62), -(2 ** 62)]);
      builder.integers('axes', [0, 1, 2]);
      builder.integers('steps', [2, -1, -2]);
      builder.node('Slice', ['x', 'starts', 'ends', 'axes', 'steps'], 'y');
    },
  },
  {
    ops: ['Split', 'Concat'],
    title: 'Split and Concat in another order',
    shape: [2, 6, 4],
    kinds: ['split', 'concatenation'],
    build: (builder) => {
      builder.integers('sizes', [1, 3, 2]);
      builder.node('Split', ['x', 'sizes'], ['a', 'b', 'c'], { axis: 1 });
      builder.node('Concat', ['c', 'a', 'b'], 'y', { axis: -2 });
    },
  },
  {
    ops: ['Gather'],
    title: 'Gather of the last timestep, and of some features',
    rank: 2,
    shape: [2, 'time', 6],
    sizes: [2, 5, 6],
    kinds: ['slice', 'gather'],
    build: (builder) => {
      builder.integers('last', [-1], []);
      builder.integers('some', [4, 0, 3]);
      builder.node('Gather', ['x', 'last'], 'row', { axis: 1 });
      builder.node('Gather', ['row', 'some'], 'y', { axis: 1 });
    },
  },
  {
    ops: ['Unsqueeze', 'Squeeze', 'Identity', 'Dropout', 'Flatten', 'Cast'],
    title: 'moves that leave everything where it is',
    rank: 2,
    shape: [2, 3, 4],
    kinds: ['tanh', 'reshape'],
    build: (builder) => {
      builder.integers('second', [1]);
      builder.node('Unsqueeze', ['x', 'second'], 'longer');
      builder.node('Identity', ['longer'], 'same');
      builder.node('Dropout', ['same'], 'kept');
      builder.node('Tanh', ['kept'], 'squashed');
      builder.node('Squeeze', ['squashed', 'second'], 'shorter');
      builder.node('Cast', ['shorter'], 'cast', { to: 1 });
      builder.node('Flatten', ['cast'], 'y', { axis: 2 });
    },
  },
  {
    ops: ['Shape', 'Gather', 'Constant', 'Mul', 'Concat', 'Reshape'],
    title: 'a reshape whose target is computed from open dimensions',
    shape: ['batch', 'time', 6],
    sizes: [1, 5, 6],
    kinds: ['reshape', 'tanh', 'reshape'],
    build: (builder) => {
      builder.integers('zero', [0]);
      builder.integers('one', [1]);
      builder.integers('six', [6]);
      builder.node('Shape', ['x'], 'shape');
      builder.node('Gather', ['shape', 'zero'], 'batchSize');
      builder.node('Gather', ['shape', 'one'], 'timeSize');
      builder.node('Mul', ['batchSize', 'timeSize'], 'rows');
      builder.node('Concat', ['rows', 'six'], 'flatShape', { axis: 0 });
      builder.node('Reshape', ['x', 'flatShape'], 'flat');
      builder.node('Tanh', ['flat'], 'squashed');
      builder.node('Concat', ['batchSize', 'timeSize', 'six'], 'backShape', { axis: 0 });
      builder.node('Reshape', ['squashed', 'backShape'], 'y');
    },
  },
  {
    ops: ['ConstantOfShape', 'Expand', 'Add'],
    title: 'constants that are computed',
    rank: 2,
    shape: [2, 3],
    kinds: ['binary'],
    build: (builder) => {
      builder.integers('size', [1, 3]);
      builder.integers('whole', [2, 3]);
      builder.node('ConstantOfShape', ['size'], 'zeros');
      builder.floats('half', [1, 1], [0.5]);
      builder.node('Add', ['zeros', 'half'], 'halves');
      builder.node('Expand', ['halves', 'whole'], 'wholeHalves');
      builder.node('Add', ['x', 'wholeHalves'], 'y');
    },
  },
  {
    ops: ['Transpose', 'Reshape'],
    title: 'heads that are split, put first, and joined again',
    shape: [2, 3, 8],
    kinds: ['reshape', 'tanh', 'reshape'],
    build: (builder) => {
      builder.integers('apart', [2, 3, 4, 2]);
      builder.integers('joined', [0, 0, -1]);
      builder.node('Reshape', ['x', 'apart'], 'heads');
      builder.node('Transpose', ['heads'], 'first', { perm: [0, 2, 1, 3] });
      builder.node('Tanh', ['first'], 'squashed');
      builder.node('Transpose', ['squashed'], 'back', { perm: [0, 2, 1, 3] });
      builder.node('Reshape', ['back', 'joined'], 'y');
    },
  },
];

function inputOf({ shape, sizes, isPositive = false }: OpCase): NamedInputs {
  const { shape: found, data } = randomTensor(sizes ?? shape.map(Number), 7);
  return {
    x: {
      shape: found,
      data: isPositive ? Float32Array.from(data as Float32Array, (value) => 1.1 + value) : data,
    },
  };
}

describe('ops', () => {
  test.each(CASES.map((each) => [each.title ?? each.ops.join(', '), each] as const))(
    '%s',
    async (_, each) => {
      const builder = new OnnxBuilder(each.opset ?? 17);
      builder.input('x', each.shape);
      each.build(builder);
      builder.output('y', each.rank ?? 3);
      const graph = await expectAsOnnxRuntime(builder.build(), inputOf(each));
      expect(graph.ops.map(({ kind }) => kind)).toEqual(each.kinds);
    },
  );

  it('are all shown', () => {
    const shown = new Set(CASES.flatMap(({ ops }) => ops));
    expect([...NODE_READERS.keys()].filter((op) => op !== 'LSTM' && !shown.has(op))).toEqual([]);
  });

  it('look words up', async () => {
    const builder = new OnnxBuilder();
    builder.input('words', ['batch', 'time'], 'int64');
    weights(builder, 'table', [7, 3]);
    builder.node('Gather', ['table', 'words'], 'y');
    builder.output('y', 3);
    const words = { shape: [2, 4], data: BigInt64Array.of(0n, 6n, 3n, 2n, 2n, 1n, 5n, 4n) };
    const graph = await expectAsOnnxRuntime(builder.build(), { words });
    expect(graph.tensors[graph.inputs[0]!]!.dtype).toBe('int32');
  });
});

describe('what is not read', () => {
  it('is told all at once, by name', () => {
    const builder = new OnnxBuilder();
    builder.input('x', [2, 4]);
    builder.input('w', [4, 4]);
    builder.node('MatMul', ['x', 'w'], 'a', {}, { name: 'product' });
    builder.node('Erf', ['a'], 'b', {}, { name: 'gelu/Erf' });
    builder.node('Gelu', ['b'], 'c', {}, { domain: 'com.example' });
    builder.node('Pow', ['x', 'cube'], 'd');
    builder.floats('cube', [], [3]);
    builder.node('Concat', ['c', 'd'], 'y', { axis: 0 });
    builder.output('y', 2);
    expect(() => importOnnx(builder.build())).toThrow(UnsupportedModelError);
    expect(() => importOnnx(builder.build())).toThrow(
      [
        '4 things cannot run:',
        '- node 0 MatMul "product": its B is computed; a constant is expected, export the model with fixed B',
        '- node 1 Erf "gelu/Erf": the operator is not supported; export the model without it',
        '- node 2 Gelu: the operator of domain "com.example" is not supported; export the model without it',
        '- node 3 Pow: its exponent is 3; 2 or 0.5 is expected',
      ].join('\n'),
    );
  });

  it('says which sizes a model runs with', () => {
    const builder = new OnnxBuilder();
    builder.input('x', [1, 4, 'time']);
    weights(builder, 'w', [6, 4, 3]);
    builder.node('Conv', ['x', 'w'], 'y');
    builder.output('y', 3);
    expect(() => importOnnx(builder.build())).toThrow(
      /does not run with 1 for its open dimensions "time": [^]*; state sizes that it runs with/,
    );
    const graph = importOnnx(builder.build(), { dimensions: { time: 10 } });
    expect(graph.tensors[graph.outputs[0]!]!.shape).toEqual([1, 6, 8]);
  });
});
