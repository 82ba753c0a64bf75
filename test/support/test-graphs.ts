import type { Graph, TensorId } from '../../src/model';
import { GraphBuilder, perTensor } from './graph-builder';
import { addIntegerLstm, PLAIN } from './integer-lstm';
import type { IntegerLstmOptions } from './integer-lstm';
import { Random } from './random';

export const FEATURES = 3;
export const OUTPUTS = 4;

/** Two LSTM layers, the second with peepholes and projection: `[batch, time, 3]` to `[batch, time, 4]`. */
export function twoLayers(options: { readonly timeMajor?: boolean; readonly isFloat?: boolean } = {}): Graph {
  const { timeMajor = false, isFloat = false } = options;
  const random = new Random(2026);
  const builder = new GraphBuilder();
  const quantization = perTensor(1 / 32, -5);
  let input: TensorId;
  if (isFloat) {
    const real = builder.input([1, 1, FEATURES], { dtype: 'float32', quantization: null });
    input = builder.tensor([1, 1, FEATURES], { quantization });
    builder.op({ kind: 'quantize', input: real, output: input });
  } else {
    input = builder.input([1, 1, FEATURES], { quantization });
  }
  const [between] = addIntegerLstm(builder, input, { inputs: FEATURES, units: 5, timeMajor }, random);
  const [output] = addIntegerLstm(
    builder,
    between!,
    {
      variant: { ...PLAIN, peephole: true, projection: true },
      inputs: 5,
      units: 6,
      outputs: OUTPUTS,
      timeMajor,
    },
    random,
  );
  if (!isFloat) return builder.graph([output!]);
  const real = builder.tensor([1, 1, OUTPUTS], { dtype: 'float32', quantization: null });
  builder.op({ kind: 'dequantize', input: output!, output: real });
  return builder.graph([real]);
}

/**
 * Layers of one direction, each reading what the one below it puts out: `[batch, time, FEATURES]` to `[batch, time, units]`.
 *
 * @param layers from the first on; where a layer says nothing, it is plain
 */
export function stackedLayers(
  layers: readonly (Omit<IntegerLstmOptions, 'inputs' | 'directions'> & {
    readonly direction?: 'forward' | 'reverse';
  })[],
  seed = 31,
): Graph {
  const random = new Random(seed);
  const builder = new GraphBuilder();
  let input = builder.input([1, 1, FEATURES], { quantization: perTensor(1 / 32, 3) });
  let inputs = FEATURES;
  for (const { direction = 'forward', ...layer } of layers) {
    const [output] = addIntegerLstm(builder, input, { ...layer, inputs, directions: [direction] }, random);
    input = output!;
    inputs = layer.variant?.projection === true ? (layer.outputs ?? layer.units) : layer.units;
  }
  return builder.graph([input]);
}

/** A bidirectional layer with an output per direction, `[batch, time, 5]` each. */
export function bidirectional(): Graph {
  const random = new Random(77);
  const builder = new GraphBuilder();
  const input = builder.input([1, 1, FEATURES], { quantization: perTensor(1 / 32, 9) });
  const outputs = addIntegerLstm(
    builder,
    input,
    { inputs: FEATURES, units: 5, directions: ['forward', 'reverse'] },
    random,
  );
  return builder.graph(outputs);
}
