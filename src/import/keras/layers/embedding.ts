import type { LayerKind } from './layer-kind';
import { ownWeights } from './layer-kind';

/** Embedding: a row of a table per position. The positions are int32. */
export const embeddingKind: LayerKind = {
  weightParts: ownWeights,
  isRowwise: false,
  refusals: (config) =>
    config.flag('mask_zero', false)
      ? ['masks its zeros; leave mask_zero out and give rows their lengths when the model runs']
      : [],
  build(scope) {
    const rows = scope.config.count('input_dim');
    const features = scope.config.count('output_dim');
    const { input } = scope;
    scope.requireWeights(1);
    const values = scope.weight(0, 'table', [rows, features]);
    const table = scope.constant('table', [rows, features], () => values);
    const shape = [...input.shape, features];
    return [
      scope.make('', shape, (output) => ({
        kind: 'gather',
        input: table,
        indices: input.id,
        output,
        axis: 0,
      })),
    ];
  },
};
