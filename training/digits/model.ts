import { readFileSync } from 'node:fs';
import { at } from '../../src/errors';
import type { Graph } from '../../src/model';
import { GraphBuilder } from '../graph-builder';
import { addPytorchLstm } from '../pytorch-lstm';
import { readSafetensors, weightsNamed } from '../safetensors';

/** Rows of an image, each of as many pixels: timesteps and features. */
export const ROWS = 28;
export const CLASSES = 10;

/** The trained digits model, in float: rows -> LSTM -> dense -> softmax, a belief over ten digits after every row. */
export function digitsFloatGraph(): Graph {
  const weights = readSafetensors(readFileSync(`${import.meta.dirname}/weights.safetensors`));
  const builder = new GraphBuilder('digits');
  const rows = builder.activation('rows', [1, ROWS, ROWS]);
  const hidden = addPytorchLstm(builder, weights, {
    name: 'lstm',
    module: 'lstm',
    layer: 0,
    input: rows,
    batch: 1,
    steps: ROWS,
  });
  const denseWeights = weightsNamed(weights, 'dense.weight');
  const denseBias = weightsNamed(weights, 'dense.bias');
  const logits = builder.activation('logits', [1, ROWS, CLASSES]);
  builder.add({
    kind: 'fullyConnected',
    name: 'dense',
    sourceIndex: builder.nextOp,
    input: hidden,
    weights: builder.constant('dense/weights', denseWeights.shape, denseWeights.data),
    bias: builder.constant('dense/bias', denseBias.shape, denseBias.data),
    output: logits,
    activation: 'none',
    keepDims: true,
  });
  const beliefs = builder.activation('beliefs', [1, ROWS, CLASSES]);
  builder.add({
    kind: 'softmax',
    name: 'softmax',
    sourceIndex: builder.nextOp,
    input: logits,
    output: beliefs,
    beta: 1,
  });
  return builder.build([rows], [beliefs]);
}

/** The digit believed in after the last row, per image, from beliefs of any element type, `[images, 28, 10]`. */
export function predictions(beliefs: ArrayLike<number>): number[] {
  const perImage = ROWS * CLASSES;
  return Array.from({ length: beliefs.length / perImage }, (_, image) => {
    const last = (image + 1) * perImage - CLASSES;
    let best = 0;
    for (let digit = 1; digit < CLASSES; digit++) {
      if (at(beliefs, last + digit) > at(beliefs, last + best)) best = digit;
    }
    return best;
  });
}
