import { at } from '../../src/errors';
import { FloatRunner } from '../../src/quantize';
import type { FloatTensor, Matrix } from '../../src/quantize';
import type { SequenceFunction, Stages } from './denoise';
import type { Dtln, InstantNorm } from './dtln';
import { ENCODED } from './dtln-keras';
import { FRAME } from './frames';

/** What carries out DTLN's two LSTM networks: features -> mask, of one shape. */
export interface Networks {
  readonly stage1: SequenceFunction;
  readonly stage2: SequenceFunction;
}

/** Both networks in float32. */
export function floatNetworks({ stage1, stage2 }: Dtln): Networks {
  const run =
    (graph: Dtln['stage1']): SequenceFunction =>
    (features) =>
      at(new FloatRunner(graph).run([features]), 0).data;
  return { stage1: run(stage1), stage2: run(stage2) };
}

/** DTLN's stages: what surrounds the networks in float32, and the networks however they are computed. */
export function stagesAround(dtln: Dtln, { stage1, stage2 }: Networks): Stages {
  return {
    spectralMask: (magnitudes) => stage1(spectralFeatures(dtln, magnitudes)),
    refine: async (frames) => {
      const encoded = encode(dtln, frames);
      const mask = await stage2(encodedFeatures(dtln, encoded));
      const estimate = encoded.data.map((value, index) => value * at(mask, index));
      return product(dtln.decoder, estimate, ENCODED, FRAME);
    },
  };
}

/** What the first network sees. */
export function spectralFeatures({ logNorm }: Dtln, { shape, data }: FloatTensor): FloatTensor {
  if (logNorm === null) return { shape, data };
  const logarithms = data.map((magnitude) => Math.log(magnitude + logNorm.epsilon));
  return { shape, data: normalised(logarithms, logNorm) };
}

/** Frames in the learned transform of stage 2, `[clips, frames, 256]`. */
export function encode({ encoder }: Dtln, { shape, data }: FloatTensor): FloatTensor {
  return { shape: [...shape.slice(0, -1), ENCODED], data: product(encoder, data, FRAME, ENCODED) };
}

/** What the second network sees. */
export function encodedFeatures({ encodedNorm }: Dtln, { shape, data }: FloatTensor): FloatTensor {
  return { shape, data: normalised(data, encodedNorm) };
}

/** Each row minus its mean, over its standard deviation, times gamma, plus beta. */
function normalised(values: Float32Array, { gamma, beta, epsilon }: InstantNorm): Float32Array {
  const depth = gamma.length;
  const result = new Float32Array(values.length);
  for (let begin = 0; begin < values.length; begin += depth) {
    const row = values.subarray(begin, begin + depth);
    const mean = row.reduce((sum, value) => sum + value, 0) / depth;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / depth;
    const factor = 1 / Math.sqrt(variance + epsilon);
    for (const [i, value] of row.entries()) {
      result[begin + i] = (value - mean) * factor * at(gamma, i) + at(beta, i);
    }
  }
  return result;
}

/** The matrix times each row. */
function product(matrix: Matrix, rows: Float32Array, inputs: number, outputs: number): Float32Array {
  const count = rows.length / inputs;
  const result = new Float32Array(count * outputs);
  for (let row = 0; row < count; row++) matrix.addProduct(result, row * outputs, rows, row * inputs);
  return result;
}
