import type { Graph, Op, OpKind, SliceDimension, TensorId } from '../../../src/model';
import { GraphBuilder } from '../../../training/graph-builder';
import { withInferredShapes } from '../../support/inferred-shapes';
import { noise } from './lstm-graph';

type Settings<K extends OpKind> = { readonly kind: K } & Omit<
  Extract<Op, { kind: K }>,
  'kind' | 'name' | 'sourceIndex'
>;

/** A float graph of one op. */
export interface NeighbourCase {
  readonly name: string;
  readonly graph: Graph;
  /** Input shapes. */
  readonly shapes: readonly (readonly number[])[];
}

const range = (begin: number | null, end: number | null, stride = 1): SliceDimension => ({
  kind: 'range',
  ...{ begin, end, stride },
});

function opCase<K extends OpKind>(
  name: string,
  shapes: readonly (readonly number[])[],
  settings: (inputs: TensorId[], outputs: TensorId[], builder: GraphBuilder) => Settings<K>,
  outputCount = 1,
): NeighbourCase {
  const builder = new GraphBuilder(name);
  const inputs = shapes.map((shape, index) => builder.activation(`x${index}`, shape));
  const outputs = Array.from({ length: outputCount }, (_, index) => builder.activation(`y${index}`, [1]));
  const op = { ...settings(inputs, outputs, builder), name: `${name} op`, sourceIndex: 0 };
  builder.add(op as unknown as Op);
  return { name, graph: withInferredShapes(builder.build(inputs, outputs)), shapes };
}

/** Every op but LSTM that has an integer kernel, in float. */
export const NEIGHBOUR_CASES: readonly NeighbourCase[] = [
  ...(['relu', 'relu6', 'reluN1To1'] as const).map((bound) =>
    opCase(bound, [[2, 40]], ([input], [output]) => ({
      kind: 'relu',
      input: input!,
      output: output!,
      bound,
    })),
  ),
  opCase('leakyRelu', [[2, 40]], ([input], [output]) => ({
    kind: 'leakyRelu',
    ...{ input: input!, output: output!, alpha: 0.25 },
  })),
  ...(['hardSwish', 'logistic', 'tanh'] as const).map((kind) =>
    opCase(kind, [[2, 40]], ([input], [output]) => ({ kind, input: input!, output: output! })),
  ),
  opCase('softmax', [[2, 7]], ([input], [output]) => ({
    kind: 'softmax',
    ...{ input: input!, output: output!, beta: 1 },
  })),
  ...(['add', 'subtract', 'multiply'] as const).flatMap((operation) =>
    [[2, 3, 5], [5], [3, 1]].map((right) =>
      opCase(`${operation} with [${right.join(', ')}]`, [[2, 3, 5], right], ([a, b], [output]) => ({
        kind: 'binary',
        ...{
          operation,
          left: a!,
          right: b!,
          output: output!,
          activation: operation === 'add' ? ('relu' as const) : ('none' as const),
        },
      })),
    ),
  ),
  opCase('multiply by a constant', [[2, 3, 5]], ([input], [output], builder) => ({
    kind: 'binary',
    operation: 'multiply' as const,
    ...{
      left: input!,
      right: builder.constant('k', [5], noise(7, 5)),
      output: output!,
      activation: 'none' as const,
    },
  })),
  ...[true, false].map((keepDims) =>
    opCase(`mean${keepDims ? ', dimensions kept' : ''}`, [[3, 7, 4]], ([input], [output]) => ({
      kind: 'mean',
      ...{ input: input!, output: output!, axes: [1, 2], keepDims },
    })),
  ),
  opCase(
    'concatenation',
    [
      [2, 3, 4],
      [2, 2, 4],
    ],
    (inputs, [output]) => ({ kind: 'concatenation', inputs, output: output!, axis: 1 }),
  ),
  ...[null, [1, 4, 1]].map((sizes) =>
    opCase(
      sizes === null ? 'split' : 'split into given sizes',
      [[2, 6, 3]],
      ([input], outputs) => ({ kind: 'split', input: input!, outputs, axis: 1, sizes }),
      3,
    ),
  ),
  ...(
    [
      ['slice', [range(null, null), range(1, 3), range(null, -1, 2)]],
      ['slice backwards', [range(null, null), range(null, null, -1), range(5, 0, -2)]],
      ['slice of one element', [range(null, null), { kind: 'index', index: -1 }]],
      ['slice with a new dimension', [{ kind: 'newAxis' }, range(0, 1)]],
    ] as const
  ).map(([name, dimensions]) =>
    opCase(name, [[2, 4, 6]], ([input], [output]) => ({
      kind: 'slice',
      ...{ input: input!, output: output!, dimensions },
    })),
  ),
  opCase('transpose', [[2, 3, 5]], ([input], [output]) => ({
    kind: 'transpose',
    ...{ input: input!, output: output!, permutation: [2, 0, 1] },
  })),
  ...[null, 0.75].map((fill) =>
    opCase(fill === null ? 'pad' : 'pad with a constant', [[2, 3, 5]], ([input], [output], builder) => ({
      kind: 'pad',
      input: input!,
      output: output!,
      paddings: [
        [0, 0],
        [1, 0],
        [2, 3],
      ] as const,
      value: fill === null ? null : builder.constant('fill', [1], Float32Array.of(fill)),
    })),
  ),
  opCase('reverse', [[2, 3, 5]], ([input], [output]) => ({
    kind: 'reverse',
    ...{ input: input!, output: output!, axes: [1] },
  })),
  opCase('reshape', [[2, 3, 4]], ([input], [output]) => ({
    kind: 'reshape',
    ...{ input: input!, output: output!, shape: [-1, 6] },
  })),
  ...[true, false].map((keepDims) =>
    opCase(`dense${keepDims ? ', dimensions kept' : ''}`, [[2, 3, 5]], ([input], [output], builder) => ({
      kind: 'fullyConnected',
      input: input!,
      weights: builder.constant('w', [4, 5], noise(1, 20)),
      bias: builder.constant('b', [4], noise(2, 4)),
      output: output!,
      activation: 'relu6' as const,
      keepDims,
    })),
  ),
  ...(['same', 'valid'] as const).flatMap((padding) => [
    opCase(`convolution, ${padding}`, [[2, 12, 9, 5]], ([input], [output], builder) => ({
      kind: 'conv2d',
      input: input!,
      weights: builder.constant('w', [7, 3, 2, 5], noise(3, 210)),
      bias: builder.constant('b', [7], noise(4, 7)),
      output: output!,
      stride: [2, 1] as const,
      dilation: [1, 2] as const,
      padding,
      activation: 'relu6' as const,
    })),
    opCase(`depthwise convolution, ${padding}`, [[1, 12, 9, 3]], ([input], [output], builder) => ({
      kind: 'depthwiseConv2d',
      input: input!,
      weights: builder.constant('w', [1, 3, 2, 6], noise(5, 36)),
      bias: builder.constant('b', [6], noise(6, 6)),
      output: output!,
      stride: [1, 1] as const,
      dilation: [1, 1] as const,
      padding,
      activation: 'none' as const,
    })),
  ]),
];
