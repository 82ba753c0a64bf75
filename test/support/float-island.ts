import type { BinaryOp, FloatFunction, Graph, TensorId } from '../../src/model';
import { reals } from './float-values';
import { GraphBuilder, perTensor } from './graph-builder';
import { withInferredShapes } from './inferred-shapes';
import { addIntegerLstm } from './integer-lstm';
import type { Random } from './random';

export const FLOAT = { dtype: 'float32', quantization: null } as const;

/** What tests build islands with: each method appends an op and gives its output. */
export class IslandBuilder extends GraphBuilder {
  float(): TensorId {
    return this.tensor([], FLOAT);
  }

  constant(shape: readonly number[], data: Float32Array): TensorId {
    return this.tensor(shape, { ...FLOAT, data });
  }

  binary(operation: BinaryOp['operation'], left: TensorId, right: TensorId): TensorId {
    const output = this.float();
    this.op({ kind: 'binary', operation, left, right, output, activation: 'none' });
    return output;
  }

  apply(name: FloatFunction, input: TensorId): TensorId {
    const output = this.float();
    this.op({ kind: 'floatUnary', function: name, input, output });
    return output;
  }

  mean(input: TensorId, axis: number): TensorId {
    const output = this.float();
    this.op({ kind: 'mean', input, output, axes: [axis], keepDims: true });
    return output;
  }

  quantize(input: TensorId, scale: number, zeroPoint = 0): TensorId {
    const output = this.tensor([], { quantization: perTensor(scale, zeroPoint) });
    this.op({ kind: 'quantize', input, output });
    return output;
  }

  dequantize(input: TensorId): TensorId {
    const output = this.float();
    this.op({ kind: 'dequantize', input, output });
    return output;
  }
}

/**
 * A speech enhancer in small, as DTLN is made: the logarithm of a float32 magnitude, normalised over its features, is
 * quantized for an integer LSTM and dense layer, whose result becomes a mask in float32 that the magnitude is multiplied by.
 *
 * @param features of the input, `[1, timesteps, features]`
 */
export function enhancer(random: Random, features: number, timesteps: number): Graph {
  const units = 12;
  const builder = new IslandBuilder();
  const magnitude = builder.input([1, timesteps, features], FLOAT);
  const scalar = (value: number): TensorId => builder.constant([1], Float32Array.of(value));
  const logarithm = builder.apply('log', builder.binary('add', magnitude, scalar(1e-7)));
  const mean = builder.mean(logarithm, 2);
  const variance = builder.mean(builder.binary('squaredDifference', logarithm, mean), 2);
  const inverse = builder.apply('rsqrt', builder.binary('add', variance, scalar(1e-7)));
  const normal = builder.binary('multiply', builder.binary('subtract', logarithm, mean), inverse);
  const gain = builder.constant([features], reals(random, features, [0.5, 1.5]));
  const offset = builder.constant([features], reals(random, features, [-0.5, 0.5]));
  const front = builder.binary('add', builder.binary('multiply', normal, gain), offset);
  const [hidden] = addIntegerLstm(
    builder,
    builder.quantize(front, 1 / 24, -5),
    { inputs: features, units, timesteps },
    random,
  );
  const logits = builder.fullyConnected(
    hidden!,
    builder.int8(
      [features, units],
      random.int8(features * units).map((weight) => Math.max(weight, -127)),
    ),
    { keepDims: true },
  );
  const mask = builder.float();
  builder.op({ kind: 'logistic', input: builder.dequantize(logits), output: mask });
  return withInferredShapes(builder.graph([builder.binary('multiply', mask, magnitude)]));
}
