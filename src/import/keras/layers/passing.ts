import type { LayerKind } from './layer-kind';
import { noRefusals, noWeights } from './layer-kind';

/** What does nothing when a trained model runs, such as Dropout. */
export const passingKind: LayerKind = {
  weightParts: noWeights,
  refusals: noRefusals,
  isRowwise: true,
  build: (scope) => [scope.input],
};
