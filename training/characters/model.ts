import { readFileSync } from 'node:fs';
import { at, ModelFormatError } from '../../src/errors';
import { GATES } from '../../src/model';
import type { Graph, TensorId } from '../../src/model';
import { GraphBuilder } from '../graph-builder';
import { readSafetensors, weightsNamed } from '../../src/import/pytorch/safetensors';
import type { NamedWeights } from '../../src/import/pytorch/safetensors';
import { addStackedLstm } from '../stacked-lstm';

const LAYERS = 2;

/** The trained character language model, and the characters that its codes stand for. */
export interface CharacterModel {
  /** One-hot characters -> 2 x LSTM with layer norm and projection -> dense: logits of the next character. */
  readonly graph: Graph;
  /** Character of each code. */
  readonly alphabet: string;
}

/** Reads `weights.safetensors`. */
export function characterModel(): CharacterModel {
  const weights = readSafetensors(readFileSync(`${import.meta.dirname}/weights.safetensors`));
  const alphabet = weights.metadata.get('alphabet');
  if (alphabet === undefined) {
    throw new ModelFormatError('weights.safetensors does not state its alphabet; train again');
  }
  const builder = new GraphBuilder('characters');
  const characters = builder.activation('characters', [1, 1, alphabet.length]);
  let hidden = characters;
  for (let layer = 0; layer < LAYERS; layer++) {
    hidden = addStackedLstm(builder, weights, {
      name: `lstm_${layer}`,
      module: `layers.${layer}`,
      gates: GATES,
      peepholes: [],
      hasLayerNorm: true,
      input: hidden,
    });
  }
  const constant = (name: string, source: NamedWeights): TensorId =>
    builder.constant(name, source.shape, source.data);
  const logits = builder.activation('logits', [1, 1, alphabet.length]);
  builder.add({
    kind: 'fullyConnected',
    name: 'dense',
    sourceIndex: builder.nextOp,
    input: hidden,
    weights: constant('dense/weights', weightsNamed(weights, 'dense.weight')),
    bias: constant('dense/bias', weightsNamed(weights, 'dense.bias')),
    output: logits,
    activation: 'none',
    keepDims: true,
  });
  return { graph: builder.build([characters], [logits]), alphabet };
}

/** Codes as the float model's input: batch rows of equal length, `[rows, length, alphabet]`. */
export function oneHot(
  rows: readonly Uint8Array[],
  characters: number,
): { shape: readonly number[]; data: Float32Array } {
  const length = at(rows, 0).length;
  const data = new Float32Array(rows.length * length * characters);
  for (const [row, codes] of rows.entries()) {
    for (const [position, code] of codes.entries()) data[(row * length + position) * characters + code] = 1;
  }
  return { shape: [rows.length, length, characters], data };
}
