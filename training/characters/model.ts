import { readFileSync } from 'node:fs';
import { at, ModelFormatError } from '../../src/errors';
import { GATES } from '../../src/model';
import type { GateName, Graph, LstmGateTensors, TensorId } from '../../src/model';
import { GraphBuilder } from '../graph-builder';
import { readSafetensors, rowsOf, weightsNamed } from '../safetensors';
import type { NamedWeights, WeightsFile } from '../safetensors';

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
  const { alphabet } = weights.metadata;
  if (alphabet === undefined) {
    throw new ModelFormatError('weights.safetensors does not state its alphabet; train again');
  }
  const builder = new GraphBuilder('characters');
  const characters = builder.activation('characters', [1, 1, alphabet.length]);
  let hidden = characters;
  for (let layer = 0; layer < LAYERS; layer++) hidden = addLayer(builder, weights, layer, hidden);
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

/** `train.py` stacks the gates in our own order. */
function addLayer(builder: GraphBuilder, weights: WeightsFile, layer: number, input: TensorId): TensorId {
  const name = `lstm_${layer}`;
  const part = (kind: string): NamedWeights => weightsNamed(weights, `layers.${layer}.${kind}`);
  const projectionWeights = part('projection_weights');
  const projectionBias = part('projection_bias');
  const [projected, units] = [at(projectionWeights.shape, 0), at(projectionWeights.shape, 1)];
  const gate = (gateName: GateName): LstmGateTensors => {
    const index = GATES.indexOf(gateName);
    const matrix = (label: string, kind: string): TensorId => {
      const { shape, data } = rowsOf(part(kind), index * units, (index + 1) * units);
      return builder.constant(`${name}/${gateName} gate/${label}`, shape, data);
    };
    const vector = (label: string, kind: string): TensorId => {
      const { data } = rowsOf(part(kind), index, index + 1);
      return builder.constant(`${name}/${gateName} gate/${label}`, [units], data);
    };
    return {
      inputWeights: matrix('input weights', 'input_weights'),
      recurrentWeights: matrix('recurrent weights', 'recurrent_weights'),
      bias: vector('bias', 'bias'),
      peephole: null,
      layerNorm: vector('layer norm', 'layer_norm'),
      preActivation: null,
    };
  };
  const output = builder.activation(`${name}/output`, [1, 1, projected]);
  builder.add({
    kind: 'lstm',
    name,
    sourceIndex: builder.nextOp,
    input,
    directions: [
      {
        direction: 'forward',
        gates: { input: gate('input'), forget: gate('forget'), cell: gate('cell'), output: gate('output') },
        projection: {
          weights: builder.constant(
            `${name}/projection/weights`,
            projectionWeights.shape,
            projectionWeights.data,
          ),
          bias: builder.constant(`${name}/projection/bias`, projectionBias.shape, projectionBias.data),
        },
        hidden: null,
        outputState: builder.state(`${name}/output state`, [1, projected]),
        cellState: builder.state(`${name}/cell state`, [1, units]),
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
