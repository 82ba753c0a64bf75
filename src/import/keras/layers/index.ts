import type { LayerConfig } from '../layer-config';
import { activationKind, leakyReluKind, reluKind, softmaxKind } from './activations';
import { bidirectionalKind } from './bidirectional';
import { conv1dKind, depthwiseConv1dKind } from './convolution';
import { denseKind } from './dense';
import { embeddingKind } from './embedding';
import { functionKind, rescalingKind } from './functions';
import type { LayerKind } from './layer-kind';
import { lstmKind } from './lstm';
import { averageKind, concatenateKind, foldKind } from './merge';
import { batchNormalizationKind, layerNormalizationKind } from './normalization';
import { passingKind } from './passing';
import { flattenKind, globalAverageKind, permuteKind, repeatVectorKind, reshapeKind } from './shape';

export type { LayerKind } from './layer-kind';

/** TimeDistributed: the inner layer at each timestep, which a layer that works on rows does anyway. */
const timeDistributedKind: LayerKind = {
  weightParts: (config) => innerKind(config)?.weightParts(config.layer('layer').config).map(underLayer) ?? [],
  isRowwise: true,
  refusals(config) {
    const { className, config: inner } = config.layer('layer');
    const kind = innerKind(config);
    if (kind?.isRowwise === true) return kind.refusals(inner);
    return [`is around ${className}; a layer that works on features, such as Dense, is expected`];
  },
  build: (scope) => innerKind(scope.config)?.build(scope.inner(scope.config.layer('layer').config)) ?? [],
};

function innerKind(config: LayerConfig): LayerKind | undefined {
  return LAYER_KINDS.get(config.layer('layer').className);
}

function underLayer(part: string): string {
  return part === '' ? 'layer' : `layer/${part}`;
}

/** Every class of layer that is read, but for the inputs. To add one: a kind beside this file, and a line here. */
export const LAYER_KINDS: ReadonlyMap<string, LayerKind> = new Map([
  ['LSTM', lstmKind],
  ['Bidirectional', bidirectionalKind],
  ['TimeDistributed', timeDistributedKind],
  ['Dense', denseKind],
  ['Embedding', embeddingKind],
  ['Conv1D', conv1dKind],
  ['DepthwiseConv1D', depthwiseConv1dKind],
  ['LayerNormalization', layerNormalizationKind],
  ['BatchNormalization', batchNormalizationKind],
  ['Activation', activationKind],
  ['ReLU', reluKind],
  ['LeakyReLU', leakyReluKind],
  ['Softmax', softmaxKind],
  ['Dropout', passingKind],
  ['SpatialDropout1D', passingKind],
  ['GaussianNoise', passingKind],
  ['GaussianDropout', passingKind],
  ['ActivityRegularization', passingKind],
  ['Reshape', reshapeKind],
  ['Flatten', flattenKind],
  ['Permute', permuteKind],
  ['RepeatVector', repeatVectorKind],
  ['GlobalAveragePooling1D', globalAverageKind],
  ['Concatenate', concatenateKind],
  ['Add', foldKind('add')],
  ['Subtract', foldKind('subtract')],
  ['Multiply', foldKind('multiply')],
  ['Maximum', foldKind('maximum')],
  ['Minimum', foldKind('minimum')],
  ['Average', averageKind],
  ['Rescaling', rescalingKind],
  ['Log', functionKind('log')],
  ['Exp', functionKind('exp')],
  ['Sqrt', functionKind('sqrt')],
  ['Rsqrt', functionKind('rsqrt')],
  ['Square', functionKind('square')],
  ['Absolute', functionKind('abs')],
  ['Negative', functionKind('negate')],
]);

/** Classes that are known and still not read, with what to do instead. */
export const ADVICE: ReadonlyMap<string, string> = new Map([
  ['Masking', 'leave it out and give rows their lengths when the model runs'],
  ['Lambda', 'its code is Python; do it outside the model, or with layers'],
  ['CuDNNLSTM', 'load the model in Keras, copy its weights into an LSTM, and save that'],
  ['RNN', 'use LSTM, which has the same equations'],
  ['GRU', 'train the layer as LSTM'],
  ['SimpleRNN', 'train the layer as LSTM'],
  ['Sequential', 'put its layers into the model itself'],
  ['Functional', 'put its layers into the model itself'],
  ['Model', 'put its layers into the model itself'],
]);
