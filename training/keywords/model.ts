import { readFileSync } from 'node:fs';
import { at } from '../../src/errors';
import type { Graph } from '../../src/model';
import { GraphBuilder } from '../graph-builder';
import { readSafetensors, weightsNamed } from '../../src/import/pytorch/safetensors';
import { addStackedLstm } from '../stacked-lstm';
import { BANDS } from './features';

const LAYERS = 2;

/**
 * The trained keyword model, in float: mel bands -> 2 x LSTM with coupled gates, peepholes and projection -> dense: logits of
 * the words after every frame, of which the last counts.
 */
export function keywordGraph(): Graph {
  const weights = readSafetensors(readFileSync(`${import.meta.dirname}/weights.safetensors`));
  const builder = new GraphBuilder('keywords');
  const bands = builder.activation('bands', [1, 1, BANDS]);
  let hidden = bands;
  for (let layer = 0; layer < LAYERS; layer++) {
    hidden = addStackedLstm(builder, weights, {
      name: `lstm_${layer}`,
      module: `layers.${layer}`,
      gates: ['forget', 'cell', 'output'],
      peepholes: ['forget', 'output'],
      hasLayerNorm: false,
      input: hidden,
    });
  }
  const dense = weightsNamed(weights, 'dense.weight');
  const bias = weightsNamed(weights, 'dense.bias');
  const words = at(dense.shape, 0);
  const logits = builder.activation('logits', [1, 1, words]);
  builder.add({
    kind: 'fullyConnected',
    name: 'dense',
    sourceIndex: builder.nextOp,
    input: hidden,
    weights: builder.constant('dense/weights', dense.shape, dense.data),
    bias: builder.constant('dense/bias', bias.shape, bias.data),
    output: logits,
    activation: 'none',
    keepDims: true,
  });
  return builder.build([bands], [logits]);
}
