import { describe, expect, it } from 'vitest';
import { exportTflite } from '../../src/export/tflite';
import { importTflite } from '../../src/import/tflite';
import type { Graph, SliceDimension, TensorId } from '../../src/model';
import { Model } from '../../src/runtime/model';
import { GraphBuilder, perChannel, perTensor } from '../support/graph-builder';
import { withInferredShapes } from '../support/inferred-shapes';
import { Random } from '../support/random';
import { runTflite } from '../support/tflite-oracle';

/** How an op is put between an input of some shape and its outputs. */
interface OpCase {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  /** Quantization of the inputs; 1/16 and 0 without it. */
  readonly scale?: number;
  readonly rightScale?: number;
  readonly zeroPoint?: number;
  /**
   * How far TFLite's build may be from its own reference kernels: the XNNPACK in it takes some ops over and rounds their
   * ties the other way. Ops that move bytes, and most functions of one value, have nothing to round.
   */
  readonly tolerance: 0 | 1;
  readonly build: (builder: GraphBuilder, inputs: TensorId[], random: Random) => TensorId[];
}

const range = (begin: number | null, end: number | null, stride = 1): SliceDimension => ({
  kind: 'range',
  begin,
  end,
  stride,
});

/** An output tensor of the given quantization. */
const out = (builder: GraphBuilder, scale = 1 / 16, zeroPoint = 0): TensorId =>
  builder.tensor([], { quantization: perTensor(scale, zeroPoint) });

const unary = (
  op: 'relu' | 'relu6' | 'reluN1To1' | 'leakyRelu' | 'hardSwish' | 'quantize' | 'logistic' | 'tanh',
  [scale, outputScale, outputZeroPoint]: readonly [number, number, number] = [0.05, 0.04, 9],
): OpCase => ({
  name: `${op} from scale ${scale} to ${outputScale}`,
  shapes: [[1, 256]],
  scale,
  zeroPoint: -13,
  tolerance: op === 'leakyRelu' || op === 'quantize' ? 1 : 0,
  build: (builder, [input]) => {
    const output = out(builder, outputScale, outputZeroPoint);
    if (op === 'leakyRelu') builder.op({ kind: op, input: input!, output, alpha: 0.25 });
    else if (op.startsWith('relu')) {
      builder.op({ kind: 'relu', input: input!, output, bound: op as 'relu' | 'relu6' | 'reluN1To1' });
    } else builder.op({ kind: op as 'hardSwish' | 'quantize' | 'logistic' | 'tanh', input: input!, output });
    return [output];
  },
});

const binary = (
  operation: 'add' | 'subtract' | 'multiply',
  right: readonly number[],
  rightScale = 0.05,
): OpCase => ({
  name: `${operation} with [${right.join(', ')}] at scale ${rightScale}`,
  shapes: [[2, 3, 40], right],
  scale: 0.05,
  rightScale,
  zeroPoint: 7,
  // XNNPACK leaves sums of very different scales to TFLite, and multiplies as TFLite does.
  tolerance: operation === 'multiply' || rightScale < 0.05 / 1024 ? 0 : 1,
  build: (builder, [a, b]) => {
    const output = out(builder, operation === 'multiply' ? 0.3 : 0.08, -3);
    builder.op({ kind: 'binary', operation, left: a!, right: b!, output, activation: 'none' });
    return [output];
  },
});

const CASES: OpCase[] = [
  unary('relu'),
  unary('relu6'),
  unary('reluN1To1'),
  unary('leakyRelu'),
  unary('hardSwish'),
  unary('hardSwish', [0.004, 0.003, -90]),
  unary('hardSwish', [0.2, 0.1, 40]),
  unary('relu6', [0.11, 0.02, -128]),
  unary('quantize'),
  unary('quantize', [0.03, 0.09, -40]),
  unary('logistic', [0.05, 1 / 256, -128]),
  unary('tanh', [0.03, 1 / 128, 0]),
  binary('add', [2, 3, 40]),
  binary('add', [40]),
  binary('add', [2, 3, 40], 0.00004),
  binary('subtract', [2, 3, 40]),
  binary('subtract', [2, 3, 40], 0.00004),
  binary('subtract', [3, 1], 0.00004),
  binary('multiply', [2, 3, 40]),
  binary('multiply', [1]),
  {
    name: 'concatenation',
    shapes: [
      [2, 3, 4],
      [2, 3, 5],
    ],
    tolerance: 0,
    build: (builder, inputs) => {
      const output = out(builder);
      builder.op({ kind: 'concatenation', inputs, output, axis: 2 });
      return [output];
    },
  },
  ...[null, [1, 4, 1]].map((sizes): OpCase => ({
    name: sizes === null ? 'split' : 'split into given sizes',
    shapes: [[2, 6, 3]],
    tolerance: 0,
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
    tolerance: 0,
    build: (builder, [input]) => {
      const output = out(builder);
      builder.op({ kind: 'slice', input: input!, output, dimensions });
      return [output];
    },
  })),
  {
    name: 'transpose',
    shapes: [[2, 3, 5]],
    tolerance: 0,
    build: (builder, [input]) => {
      const output = out(builder);
      builder.op({ kind: 'transpose', input: input!, output, permutation: [2, 0, 1] });
      return [output];
    },
  },
  ...[null, -77].map((constant): OpCase => ({
    name: constant === null ? 'pad' : 'pad with a constant',
    shapes: [[2, 3, 5]],
    zeroPoint: 21,
    tolerance: 0,
    build: (builder, [input]) => {
      const output = out(builder, 1 / 16, 21);
      const value = constant === null ? null : builder.int8([1], [constant], perTensor(1 / 16, 21));
      const paddings = [
        [0, 0],
        [1, 0],
        [2, 3],
      ] as const;
      builder.op({ kind: 'pad', input: input!, output, paddings, value });
      return [output];
    },
  })),
  {
    name: 'reverse',
    shapes: [[2, 3, 5]],
    tolerance: 0,
    build: (builder, [input]) => {
      const output = out(builder);
      builder.op({ kind: 'reverse', input: input!, output, axes: [1] });
      return [output];
    },
  },
  {
    name: 'gather',
    shapes: [[2, 6, 5]],
    tolerance: 0,
    build: (builder, [input]) => {
      const output = out(builder);
      builder.op({
        kind: 'gather',
        input: input!,
        indices: builder.int32([4], [5, 0, 0, 3]),
        output,
        axis: 1,
      });
      return [output];
    },
  },
  ...[true, false].map((keepDims): OpCase => ({
    name: keepDims ? 'mean, dimensions kept' : 'mean',
    shapes: [[3, 7, 20]],
    zeroPoint: -30,
    tolerance: 1,
    build: (builder, [input]) => {
      const output = out(builder, 0.03, 12);
      builder.op({ kind: 'mean', input: input!, output, axes: [1], keepDims });
      return [output];
    },
  })),
  ...(['same', 'valid'] as const).flatMap((padding): OpCase[] => [
    {
      name: `convolution, ${padding}`,
      shapes: [[2, 12, 9, 5]],
      zeroPoint: 11,
      tolerance: 0,
      build: (builder, [input], random) => {
        const output = out(builder, 0.6, -4);
        const scales = Array.from({ length: 7 }, () => 0.002 + random.real() / 100);
        builder.op({
          kind: 'conv2d',
          input: input!,
          weights: builder.int8([7, 3, 2, 5], weights(random, 210), perChannel(scales)),
          bias: builder.int32(
            [7],
            Array.from({ length: 7 }, () => random.integer(-3000, 3000)),
          ),
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
      zeroPoint: -8,
      tolerance: 0,
      build: (builder, [input], random) => {
        const output = out(builder, 0.3, 2);
        const scales = Array.from({ length: 6 }, () => 0.002 + random.real() / 100);
        builder.op({
          kind: 'depthwiseConv2d',
          input: input!,
          weights: builder.int8([1, 3, 2, 6], weights(random, 36), { ...perChannel(scales), axis: 3 }),
          bias: builder.int32(
            [6],
            Array.from({ length: 6 }, () => random.integer(-3000, 3000)),
          ),
          output,
          stride: [1, 1],
          dilation: [1, 1],
          padding,
          activation: 'none',
        });
        return [output];
      },
    },
  ]),
];

function weights(random: Random, length: number): Int8Array {
  return random.int8(length).map((value) => Math.max(value, -127));
}

function graphOf(opCase: OpCase, random: Random): Graph {
  const { shapes, scale = 1 / 16, rightScale = scale, zeroPoint = 0, build } = opCase;
  const builder = new GraphBuilder();
  const inputs = shapes.map((shape, slot) =>
    builder.input(shape, { quantization: perTensor(slot === 0 ? scale : rightScale, zeroPoint) }),
  );
  return withInferredShapes(builder.graph(build(builder, inputs, random)));
}

async function runReference(graph: Graph, inputs: readonly Int8Array[]): Promise<Int8Array[]> {
  const model = await Model.fromGraph(graph, { backend: 'reference' });
  const named = Object.fromEntries(model.inputs.map(({ name }, index) => [name, inputs[index]!]));
  const outputs = await model.createSession().runNamed(named);
  model.dispose();
  return model.outputs.map(({ name }) => outputs[name] as Int8Array);
}

describe.each(CASES)('$name', (opCase) => {
  const seed = opCase.name.length * 7919;

  it('survives the file', () => {
    const once = importTflite(exportTflite(graphOf(opCase, new Random(seed))));
    expect(once.ops).toHaveLength(1);
    expect(importTflite(exportTflite(once))).toEqual(once);
  });

  it('computes what TFLite computes', async () => {
    const random = new Random(seed);
    const file = exportTflite(graphOf(opCase, random));
    const inputs = opCase.shapes.map((shape) =>
      random.int8(shape.reduce((product, size) => product * size, 1)),
    );
    const [fromFile, expected] = await Promise.all([
      runReference(importTflite(file), inputs),
      runTflite(file, [inputs]),
    ]);
    for (const [index, values] of fromFile.entries()) {
      const wanted = expected[0]![index] as Int8Array;
      if (opCase.tolerance === 0) expect(values, `seed ${seed}`).toEqual(wanted);
      const differences = values.map((value, element) => Math.abs(value - wanted[element]!));
      expect(Math.max(...differences), `seed ${seed}`).toBeLessThanOrEqual(opCase.tolerance);
      expect(new Set(values).size).toBeGreaterThan(1);
    }
  });
});
