import type { Graph, SliceDimension, TensorId } from '../../src/model';
import { requireIntegerGraph } from '../../src/model/checks';
import { elementCount } from '../../src/model/shapes';
import { FLOAT, IslandBuilder } from './float-island';
import { reals } from './float-values';
import { withInferredShapes } from './inferred-shapes';
import type { Random } from './random';

/** Everything that carries values, on float32 between int8. */
export function movers(): Graph {
  const builder = new IslandBuilder();
  const range = (begin: number | null, end: number | null, stride = 1): SliceDimension => ({
    kind: 'range',
    begin,
    end,
    stride,
  });
  const input = builder.input([2, 6, 5]);
  const activated = builder.tensor([]);
  builder.op({ kind: 'tanh', input, output: activated });
  const real = builder.dequantize(activated);
  const next = (append: (output: TensorId) => void): TensorId => {
    const output = builder.float();
    append(output);
    return output;
  };
  const transposed = next((output) =>
    builder.op({ kind: 'transpose', input: real, output, permutation: [2, 0, 1] }),
  );
  const reversed = next((output) => builder.op({ kind: 'reverse', input: transposed, output, axes: [0, 2] }));
  const halves = [builder.float(), builder.float()];
  builder.op({ kind: 'split', input: reversed, outputs: halves, axis: 2, sizes: [2, 4] });
  const joined = next((output) =>
    builder.op({ kind: 'concatenation', inputs: [halves[1]!, halves[0]!, halves[1]!], output, axis: 2 }),
  );
  const sliced = next((output) =>
    builder.op({
      kind: 'slice',
      input: joined,
      output,
      dimensions: [range(null, null), range(0, 1), range(8, 1, -2)],
    }),
  );
  const value = builder.constant([1], Float32Array.of(-0.375));
  const padded = next((output) =>
    builder.op({
      kind: 'pad',
      input: joined,
      output,
      paddings: [
        [1, 0],
        [0, 0],
        [2, 1],
      ],
      value,
    }),
  );
  const picked = next((output) =>
    builder.op({ kind: 'gather', input: padded, indices: builder.int32([3], [4, 0, 2]), output, axis: 0 }),
  );
  const flat = next((output) => builder.op({ kind: 'reshape', input: picked, output, shape: [2, -1] }));
  const graph = withInferredShapes(builder.graph([builder.quantize(flat, 1 / 20, 3), sliced]));
  requireIntegerGraph(graph);
  return graph;
}

/** The functions and layers that the enhancer does without. */
export function everyOp(random: Random): Graph {
  const builder = new IslandBuilder();
  const input = builder.input([3, 20]);
  const activated = builder.tensor([]);
  builder.op({ kind: 'tanh', input, output: activated });
  let value = builder.dequantize(activated);
  const weights = builder.constant([20, 20], reals(random, 400, [-0.5, 0.5]));
  const bias = builder.constant([20], reals(random, 20));
  value = builder.fullyConnected(value, weights, { bias, activation: 'relu6', output: builder.float() });
  for (const name of ['negate', 'exp', 'square', 'sqrt', 'abs'] as const) value = builder.apply(name, value);
  const plain = [
    { kind: 'tanh' },
    { kind: 'hardSwish' },
    { kind: 'leakyRelu', alpha: Math.fround(0.1) },
    { kind: 'relu', bound: 'reluN1To1' },
    { kind: 'softmax', beta: 3 },
  ] as const;
  for (const op of plain) {
    const output = builder.tensor([], FLOAT);
    builder.op({ ...op, input: value, output });
    value = output;
  }
  for (const kind of ['conv2d', 'depthwiseConv2d'] as const) {
    const [image, output] = [builder.float(), builder.float()];
    builder.op({ kind: 'reshape', input: value, output: image, shape: [-1, 1, 10, 2] });
    const shape = kind === 'conv2d' ? [2, 1, 3, 2] : [1, 1, 3, 2];
    builder.op({
      kind,
      input: image,
      weights: builder.constant(shape, reals(random, elementCount(shape), [-1, 1])),
      bias: builder.constant([2], reals(random, 2)),
      output,
      stride: [1, 1],
      dilation: [1, 1],
      padding: 'same',
      activation: 'none',
    });
    value = builder.float();
    builder.op({ kind: 'reshape', input: output, output: value, shape: [-1, 20] });
  }
  const other = builder.constant([20], reals(random, 20, [0.5, 2]));
  for (const operation of ['divide', 'maximum', 'minimum'] as const) {
    value = builder.binary(operation, value, other);
  }
  const graph = withInferredShapes(builder.graph([value]));
  requireIntegerGraph(graph);
  return graph;
}
