import { at } from '../../src/errors';
import type { Graph, LstmGateTensors, TensorId } from '../../src/model';
import { floatMatrix } from '../../src/quantize';
import type { Matrix } from '../../src/quantize';
import { GraphBuilder } from '../graph-builder';
import type { NamedWeights } from '../../src/import/pytorch/safetensors';
import { FRAME } from './frames';
import { readKerasWeights } from './keras-weights';

/** The folder of the DTLN models, which are not ours to publish. */
export const DTLN_FOLDER = `${import.meta.dirname}/../../../shared/models/dtln`;

/** Values of a frame inside stage 2. */
export const ENCODED = 256;
/** Keras's gate order in a kernel's columns. */
const KERAS_GATES = { input: 0, forget: 1, cell: 2, output: 3 } as const;

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
  const weights = readKerasWeights(`${DTLN_FOLDER}/${file}`);
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
    stage1: maskGraph('stage_1', part, ['lstm', 'lstm_1'], 'dense'),
    stage2: maskGraph('stage_2', part, ['lstm_2', 'lstm_3'], 'dense_1'),
    logNorm: isNormalised ? norm('instant_layer_normalization') : null,
    encoder: transposedMatrix(part('conv1d', 'kernel').data, FRAME),
    encodedNorm: norm(isNormalised ? 'instant_layer_normalization_1' : 'layer_normalization'),
    decoder: transposedMatrix(part('conv1d_1', 'kernel').data, ENCODED),
  };
}

type Part = (layer: string, name: string) => NamedWeights;

/** LSTM -> LSTM -> dense -> logistic. */
function maskGraph(name: string, part: Part, lstms: readonly string[], dense: string): Graph {
  const builder = new GraphBuilder(name);
  const features = builder.activation(`${name}/features`, [1, 1, at(part(at(lstms, 0), 'kernel').shape, 0)]);
  const hidden = lstms.reduce((input, layer) => addKerasLstm(builder, part, layer, input), features);
  const { shape, data } = part(dense, 'kernel');
  const outputs = at(shape, 1);
  const sums = builder.activation(`${dense}/sums`, [1, 1, outputs]);
  builder.add({
    kind: 'fullyConnected',
    name: dense,
    sourceIndex: builder.nextOp,
    input: hidden,
    weights: builder.constant(`${dense}/weights`, [outputs, at(shape, 0)], transposed(data, at(shape, 0))),
    bias: builder.constant(`${dense}/bias`, [outputs], part(dense, 'bias').data),
    output: sums,
    activation: 'none',
    keepDims: true,
  });
  const mask = builder.activation(`${name}/mask`, [1, 1, outputs]);
  builder.add({
    kind: 'logistic',
    name: `${name}/logistic`,
    sourceIndex: builder.nextOp,
    input: sums,
    output: mask,
  });
  return builder.build([features], [mask]);
}

function addKerasLstm(builder: GraphBuilder, part: Part, layer: string, input: TensorId): TensorId {
  const kernel = part(layer, 'kernel');
  const recurrent = part(layer, 'recurrent_kernel');
  const bias = part(layer, 'bias');
  const units = at(recurrent.shape, 0);
  const gate = (name: keyof typeof KERAS_GATES): LstmGateTensors => {
    const begin = KERAS_GATES[name] * units;
    const rows = ({ shape, data }: NamedWeights): Float32Array => {
      const depth = at(shape, 0);
      return transposed(data, depth).slice(begin * depth, (begin + units) * depth);
    };
    const constant = (label: string, shape: readonly number[], data: Float32Array): TensorId =>
      builder.constant(`${layer}/${name} gate/${label}`, shape, data);
    return {
      inputWeights: constant('input weights', [units, at(kernel.shape, 0)], rows(kernel)),
      recurrentWeights: constant('recurrent weights', [units, units], rows(recurrent)),
      bias: constant('bias', [units], bias.data.slice(begin, begin + units)),
      peephole: null,
      layerNorm: null,
      preActivation: null,
    };
  };
  const output = builder.activation(`${layer}/output`, [1, 1, units]);
  builder.add({
    kind: 'lstm',
    name: layer,
    sourceIndex: builder.nextOp,
    input,
    directions: [
      {
        direction: 'forward',
        gates: { input: gate('input'), forget: gate('forget'), cell: gate('cell'), output: gate('output') },
        projection: null,
        hidden: null,
        outputState: builder.state(`${layer}/output state`, [1, units]),
        cellState: builder.state(`${layer}/cell state`, [1, units]),
        output,
      },
    ],
    timeMajor: false,
    oneStep: false,
    cellClip: 0,
    projectionClip: 0,
  });
  return output;
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
