import { describe, expect, it } from 'vitest';
import { writeModel } from '../../src/export/tflite/write-model';
import { readTflite } from '../../src/import/tflite';
import type {
  BinaryOp,
  FloatFunction,
  FusedActivation,
  Graph,
  SliceDimension,
  TensorId,
} from '../../src/model';
import { FloatRunner } from '../../src/quantize';
import { GraphBuilder } from '../support/graph-builder';
import { withInferredShapes } from '../support/inferred-shapes';
import { Random } from '../support/random';
import { runTflite } from '../support/tflite-oracle';

/** How an op is put between float32 inputs of some shapes and its outputs. */
interface OpCase {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  /** Bounds of the inputs' values. */
  readonly range?: readonly [low: number, high: number];
  readonly build: (builder: GraphBuilder, inputs: readonly TensorId[], random: Random) => TensorId[];
}

/** TFLite sums in float32, and takes exp, tanh and reciprocal roots from polynomials that are good to a few units. */
const TOLERANCE = 4e-6;

const FLOAT = { dtype: 'float32', quantization: null } as const;

function out(builder: GraphBuilder): TensorId {
  return builder.tensor([], FLOAT);
}

function constant(builder: GraphBuilder, shape: readonly number[], random: Random): TensorId {
  const elements = shape.reduce((product, size) => product * size, 1);
  return builder.tensor(shape, { ...FLOAT, data: reals(random, elements, [-1, 1]) });
}

function reals(random: Random, count: number, [low, high]: readonly [number, number]): Float32Array {
  return Float32Array.from({ length: count }, () => low + (high - low) * random.real());
}

const binary = (
  operation: BinaryOp['operation'],
  right: readonly number[],
  activation: FusedActivation = 'none',
): OpCase => ({
  name: `${operation} of [2, 3, 5] and [${right.join(', ')}], ${activation}`,
  shapes: [[2, 3, 5], right],
  range: operation === 'divide' ? [0.5, 3] : [-3, 3],
  build: (builder, [left, other]) => {
    const output = out(builder);
    builder.op({ kind: 'binary', operation, left: left!, right: other!, output, activation });
    return [output];
  },
});

const float = (name: FloatFunction): OpCase => ({
  name,
  shapes: [[2, 50]],
  range: ['log', 'sqrt', 'rsqrt'].includes(name) ? [0.01, 9] : [-5, 5],
  build: (builder, [input]) => {
    const output = out(builder);
    builder.op({ kind: 'floatUnary', function: name, input: input!, output });
    return [output];
  },
});

type PlainUnary = 'logistic' | 'tanh' | 'hardSwish';

const unary = (kind: PlainUnary): OpCase => ({
  name: kind,
  shapes: [[2, 50]],
  range: [-6, 6],
  build: (builder, [input]) => {
    const output = out(builder);
    builder.op({ kind, input: input!, output });
    return [output];
  },
});

const range = (begin: number | null, end: number | null, stride = 1): SliceDimension => ({
  kind: 'range',
  begin,
  end,
  stride,
});

const CASES: OpCase[] = [
  binary('add', [2, 3, 5]),
  binary('add', [5], 'relu6'),
  binary('subtract', [3, 1], 'relu'),
  binary('multiply', [1], 'reluN1To1'),
  binary('divide', [2, 3, 5]),
  binary('divide', [2, 1, 1], 'relu6'),
  binary('squaredDifference', [2, 3, 1]),
  binary('maximum', [5]),
  binary('minimum', [3, 5]),
  {
    name: 'a constant side',
    shapes: [[2, 3, 5]],
    build: (builder, [input], random) => {
      const output = out(builder);
      const left = constant(builder, [3, 1], random);
      builder.op({ kind: 'binary', operation: 'subtract', left, right: input!, output, activation: 'none' });
      return [output];
    },
  },
  ...(['abs', 'exp', 'log', 'negate', 'rsqrt', 'sqrt', 'square'] as const).map(float),
  ...(['logistic', 'tanh', 'hardSwish'] as const).map(unary),
  ...(['relu', 'relu6', 'reluN1To1'] as const).map((bound): OpCase => ({
    name: bound,
    shapes: [[2, 50]],
    range: [-8, 8],
    build: (builder, [input]) => {
      const output = out(builder);
      builder.op({ kind: 'relu', bound, input: input!, output });
      return [output];
    },
  })),
  {
    name: 'leaky relu',
    shapes: [[2, 50]],
    build: (builder, [input]) => {
      const output = out(builder);
      builder.op({ kind: 'leakyRelu', alpha: Math.fround(0.2), input: input!, output });
      return [output];
    },
  },
  {
    name: 'softmax',
    shapes: [[3, 7]],
    build: (builder, [input]) => {
      const output = out(builder);
      builder.op({ kind: 'softmax', beta: 1, input: input!, output });
      return [output];
    },
  },
  {
    name: 'dense',
    shapes: [[3, 7]],
    build: (builder, [input], random) => [
      builder.fullyConnected(input!, constant(builder, [4, 7], random), {
        bias: constant(builder, [4], random),
        activation: 'relu',
        output: out(builder),
      }),
    ],
  },
  ...[[1], [0, 2]].flatMap((axes) =>
    [true, false].map((keepDims): OpCase => ({
      name: `mean over ${axes.join(' and ')}${keepDims ? ', dimensions kept' : ''}`,
      shapes: [[3, 4, 5]],
      build: (builder, [input]) => {
        const output = out(builder);
        builder.op({ kind: 'mean', input: input!, output, axes, keepDims });
        return [output];
      },
    })),
  ),
  ...(['same', 'valid'] as const).flatMap((padding): OpCase[] => [
    {
      name: `convolution, ${padding}`,
      shapes: [[2, 12, 9, 5]],
      build: (builder, [input], random) => {
        const output = out(builder);
        builder.op({
          kind: 'conv2d',
          input: input!,
          weights: constant(builder, [7, 3, 2, 5], random),
          bias: constant(builder, [7], random),
          output,
          stride: [2, 1],
          dilation: [1, 2],
          padding,
          activation: 'relu6',
        });
        return [output];
      },
    },
    {
      name: `depthwise convolution, ${padding}`,
      shapes: [[1, 12, 9, 3]],
      build: (builder, [input], random) => {
        const output = out(builder);
        builder.op({
          kind: 'depthwiseConv2d',
          input: input!,
          weights: constant(builder, [1, 3, 2, 6], random),
          bias: constant(builder, [6], random),
          output,
          stride: [2, 2],
          dilation: [1, 1],
          padding,
          activation: 'none',
        });
        return [output];
      },
    },
  ]),
  {
    name: 'concatenation',
    shapes: [
      [2, 3, 4],
      [2, 1, 4],
    ],
    build: (builder, inputs) => {
      const output = out(builder);
      builder.op({ kind: 'concatenation', inputs, output, axis: 1 });
      return [output];
    },
  },
  ...[null, [1, 4, -1]].map((sizes): OpCase => ({
    name: sizes === null ? 'split' : 'split into given sizes',
    shapes: [[2, 6, 3]],
    build: (builder, [input]) => {
      const outputs = [out(builder), out(builder), out(builder)];
      builder.op({ kind: 'split', input: input!, outputs, axis: 1, sizes });
      return outputs;
    },
  })),
  ...(
    [
      ['slice', [range(null, null), range(1, 3), range(null, -1, 2)]],
      ['slice backwards', [range(null, null), range(null, null, -1), range(5, 0, -2)]],
      ['slice of one element', [range(null, null), { kind: 'index', index: -1 }]],
      ['slice with a new dimension', [{ kind: 'newAxis' }, range(0, 1)]],
    ] as const
  ).map(([name, dimensions]): OpCase => ({
    name,
    shapes: [[2, 4, 6]],
    build: (builder, [input]) => {
      const output = out(builder);
      builder.op({ kind: 'slice', input: input!, output, dimensions });
      return [output];
    },
  })),
  {
    name: 'transpose and reverse',
    shapes: [[2, 3, 5]],
    build: (builder, [input]) => {
      const [transposed, reversed] = [out(builder), out(builder)];
      builder.op({ kind: 'transpose', input: input!, output: transposed, permutation: [2, 0, 1] });
      builder.op({ kind: 'reverse', input: input!, output: reversed, axes: [1] });
      return [transposed, reversed];
    },
  },
  ...[null, -0.75].map((value): OpCase => ({
    name: value === null ? 'pad' : 'pad with a constant',
    shapes: [[2, 3, 5]],
    build: (builder, [input]) => {
      const output = out(builder);
      const fill = value === null ? null : builder.tensor([1], { ...FLOAT, data: Float32Array.of(value) });
      const paddings = [
        [0, 0],
        [1, 0],
        [2, 3],
      ] as const;
      builder.op({ kind: 'pad', input: input!, output, paddings, value: fill });
      return [output];
    },
  })),
  {
    name: 'gather and reshape',
    shapes: [[2, 6, 5]],
    build: (builder, [input]) => {
      const [gathered, reshaped] = [out(builder), out(builder)];
      const indices = builder.int32([2, 2], [5, 0, 0, 3]);
      builder.op({ kind: 'gather', input: input!, indices, output: gathered, axis: 1 });
      builder.op({ kind: 'reshape', input: gathered, output: reshaped, shape: [-1, 10] });
      return [reshaped];
    },
  },
];

function graphOf({ shapes, build }: OpCase, random: Random): Graph {
  const builder = new GraphBuilder();
  const inputs = shapes.map((shape) => builder.input(shape, FLOAT));
  return withInferredShapes(builder.graph(build(builder, inputs, random)));
}

describe.each(CASES)('$name', (opCase) => {
  const seed = opCase.name.length * 104729;

  it('in float32 is what TFLite computes, from the file that it reads', async () => {
    const random = new Random(seed);
    const file = writeModel(graphOf(opCase, random), {});
    const inputs = opCase.shapes.map((shape) => ({
      shape,
      data: reals(
        random,
        shape.reduce((product, size) => product * size, 1),
        opCase.range ?? [-3, 3],
      ),
    }));
    const graph = readTflite(file);
    const outputs = new FloatRunner(graph).run(inputs);
    const [expected] = await runTflite(file, [inputs.map(({ data }) => data)]);
    expect(writeModel(readTflite(writeModel(graph, {})), {})).toEqual(writeModel(graph, {}));
    for (const [index, { shape, data }] of outputs.entries()) {
      const wanted = expected![index] as Float32Array;
      expect(shape).toEqual(graph.tensors[graph.outputs[index]!]!.shape);
      expect(data.length).toBe(wanted.length);
      const errors = data.map(
        (value, element) => Math.abs(value - wanted[element]!) / Math.max(1, Math.abs(value)),
      );
      expect(Math.max(...errors), `seed ${seed}`).toBeLessThan(TOLERANCE);
      expect(new Set(data).size).toBeGreaterThan(1);
    }
  });
});
