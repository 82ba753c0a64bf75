import { at } from '../errors';
import type { LstmDirection } from './ops';
import type { Tensor } from './tensor';

/**
 * Whether two directions have the same sizes and options, so that one op can have both: they run in the same dispatches.
 */
export function canAdvanceTogether(
  tensors: readonly Tensor[],
  first: LstmDirection,
  second: LstmDirection,
): boolean {
  return structureOf(tensors, first) === structureOf(tensors, second);
}

function structureOf(tensors: readonly Tensor[], { gates, projection }: LstmDirection): string {
  const { forget } = gates;
  return JSON.stringify([
    at(tensors, forget.inputWeights).shape,
    at(tensors, forget.recurrentWeights).shape,
    gates.input === null,
    forget.peephole === null,
    forget.layerNorm === null,
    projection === null,
  ]);
}
