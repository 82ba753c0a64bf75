import type { SequenceOrder } from './conformance-case';

/** Where a timestep of a batch row lies among the rows of a sequence tensor. */
export function rowIndex(
  order: SequenceOrder,
  batch: number,
  timesteps: number,
): (timestep: number, batchRow: number) => number {
  return order === 'timeMajor'
    ? (timestep, batchRow) => timestep * batch + batchRow
    : (timestep, batchRow) => batchRow * timesteps + timestep;
}
