import type { Graph } from '../../model';
import type { CalibrationRanges, Range } from '../range';
import { tensorSite } from '../sites';

/** What an int16 cell state of the recipe's coarsest scale, 2^-9, holds. */
const LARGEST_CELL = 2 ** (15 - 9);

/**
 * Ranges in which no cell state leaves what the recipe's coarsest scale, 2^-9, can hold: -64 to 64. Beyond that the int16 cell
 * saturates, which its tanh does not notice; a cell that counts timesteps and never forgets, as some do, grows past any range.
 */
export function saturateCells(graph: Graph, ranges: CalibrationRanges): CalibrationRanges {
  const tensors: Record<string, Range> = { ...ranges.tensors };
  for (const op of graph.ops) {
    if (op.kind !== 'lstm') continue;
    for (const direction of op.directions) {
      const { key } = tensorSite(graph, direction.cellState);
      const range = tensors[key];
      if (range === undefined) continue;
      tensors[key] = { min: Math.max(range.min, -LARGEST_CELL), max: Math.min(range.max, LARGEST_CELL) };
    }
  }
  return { ...ranges, tensors };
}
