import { at } from '../errors';
import type { Graph } from '../model';
import type { Variant } from './conformance-case';

/** What decides which kernels can run a layer. */
export interface LayerSummary extends Variant {
  readonly units: number;
  readonly outputs: number;
}

/** Every direction of every LSTM layer of a model. */
export function lstmLayers({ ops, tensors }: Graph): LayerSummary[] {
  return ops.flatMap((op) => {
    if (op.kind !== 'lstm') return [];
    return op.directions.map(({ gates, projection }) => {
      const { recurrentWeights, peephole, layerNorm } = gates.forget;
      const { shape } = at(tensors, recurrentWeights);
      return {
        units: at(shape, 0),
        outputs: at(shape, 1),
        layerNorm: layerNorm !== null,
        projection: projection !== null,
        peephole: peephole !== null,
        coupledGates: gates.input === null,
      };
    });
  });
}
