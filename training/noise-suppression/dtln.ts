import { readFileSync } from 'node:fs';
import { at } from '../../src/errors';
import type { NamedWeights } from '../../src/import/pytorch/safetensors';
import type { Graph } from '../../src/model';
import { floatMatrix } from '../../src/quantize';
import type { Matrix } from '../../src/quantize';
import { ENCODED, maskFromKeras } from './dtln-keras';
import { FRAME } from './frames';
import { readKerasWeights } from './keras-weights';

/** The folder of the DTLN models, which are not ours to publish. */
export const DTLN_FOLDER = `${import.meta.dirname}/../../../shared/models/dtln`;

/** A row minus its mean, over its standard deviation, times a coefficient, plus another. */
export interface InstantNorm {
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  /** Added to the variance. */
  readonly epsilon: number;
}

/**
 * DTLN (Westhausen & Meyer 2020): two LSTM networks that each estimate a mask, the first of a frame's spectrum, the second of a
 * learned transform of it. What surrounds the networks is float.
 */
export interface Dtln {
  /** Features of spectra -> mask, both `[batch, frames, 257]`. */
  readonly stage1: Graph;
  /** Normalised transforms -> mask, both `[batch, frames, 256]`. */
  readonly stage2: Graph;
  /** Where stage 1 takes the logarithm of the magnitudes, normalised, instead of the magnitudes. */
  readonly logNorm: InstantNorm | null;
  /** Frame -> transform. */
  readonly encoder: Matrix;
  readonly encodedNorm: InstantNorm;
  /** Transform -> frame. */
  readonly decoder: Matrix;
}

/** Stands in the file for a norm whose mean and variance are a frame's own. */
const EPSILON = 1e-7;

/**
 * Reads DTLN from its authors' Keras weights: `model.h5`, or `DTLN_norm_40h.h5`, whose spectra are normalised.
 *
 * @throws Error if the file is missing.
 */
export function readDtln(file: 'model.h5' | 'DTLN_norm_40h.h5'): Dtln {
  const bytes = readFileSync(`${DTLN_FOLDER}/${file}`);
  const weights = readKerasWeights(bytes);
  const part = (layer: string, name: string): NamedWeights => {
    const found = weights.get(`${layer}/${name}`);
    if (found === undefined) throw new Error(`${file} has no ${layer}/${name}`);
    return found;
  };
  const norm = (layer: string): InstantNorm => ({
    gamma: part(layer, 'gamma').data,
    beta: part(layer, 'beta').data,
    epsilon: EPSILON,
  });
  const isNormalised = file === 'DTLN_norm_40h.h5';
  return {
    stage1: maskFromKeras(bytes, 1),
    stage2: maskFromKeras(bytes, 2),
    logNorm: isNormalised ? norm('instant_layer_normalization') : null,
    encoder: transposedMatrix(part('conv1d', 'kernel').data, FRAME),
    encodedNorm: norm(isNormalised ? 'instant_layer_normalization_1' : 'layer_normalization'),
    decoder: transposedMatrix(part('conv1d_1', 'kernel').data, ENCODED),
  };
}

/** A kernel `[rows, columns]` that multiplies from the right, as the matrix `[columns, rows]`. */
function transposed(data: Float32Array, rows: number): Float32Array {
  const columns = data.length / rows;
  return Float32Array.from({ length: data.length }, (_, index) =>
    at(data, (index % rows) * columns + Math.floor(index / rows)),
  );
}

function transposedMatrix(data: Float32Array, rows: number): Matrix {
  return floatMatrix(transposed(data, rows), data.length / rows);
}
