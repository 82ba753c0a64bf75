import type { Graph } from '../graph';
import type { Dimension, SessionSizes, SymbolicShape } from './dimension';
import { dimension } from './dimension';
import { at } from '../../errors';

/** What the leading dimensions of the inputs of one rank mean. */
type Roles = readonly ('batch' | 'time')[];

/**
 * Meanings that the leading dimensions of an input may have, likeliest first. A file does not say; the ops that the
 * input flows into decide (`analyzeShapes`).
 */
function rolesOfRank(rank: number): readonly Roles[] {
  if (rank === 0) return [[]];
  if (rank === 1) return [['time'], ['batch'], []];
  if (rank === 2) return [['batch'], ['batch', 'time'], ['time', 'batch'], ['time'], []];
  return [['batch', 'time'], ['time', 'batch'], ['batch'], ['time'], []];
}

/** One reading of all inputs. */
export interface InputLayout {
  /** Per graph input. */
  readonly shapes: readonly SymbolicShape[];
  /** The file's sizes under this reading; 1 for a size that no input has. */
  readonly fileSizes: SessionSizes;
  readonly hasBatch: boolean;
  readonly hasTime: boolean;
}

/**
 * Every consistent reading of a graph's inputs. Inputs of the same rank are read alike, which keeps the number of
 * readings below a hundred however many inputs there are.
 */
export function inputLayouts(graph: Graph): InputLayout[] {
  const sizes = graph.inputs.map((id) => at(graph.tensors, id).shape);
  const classes = [...new Set(sizes.map((shape) => Math.min(shape.length, 3)))];
  let choices: ReadonlyMap<number, Roles>[] = [new Map()];
  for (const rank of classes) {
    choices = choices.flatMap((choice) =>
      rolesOfRank(rank).map((roles) => new Map([...choice, [rank, roles]])),
    );
  }
  return choices.flatMap((choice) => {
    const layout = readInputs(sizes, (rank) => choice.get(Math.min(rank, 3)) ?? []);
    return layout === null ? [] : [layout];
  });
}

/** Null if two inputs would disagree about the file's batch or time. */
function readInputs(
  sizes: readonly (readonly number[])[],
  rolesOf: (rank: number) => Roles,
): InputLayout | null {
  const found = { batch: new Set<number>(), time: new Set<number>() };
  const shapes = sizes.map((shape) => {
    const roles = rolesOf(shape.length);
    return shape.map((size, axis): Dimension => {
      const role = roles[axis];
      if (role === undefined) return dimension([size]);
      found[role].add(size);
      return [role];
    });
  });
  if (found.batch.size > 1 || found.time.size > 1) return null;
  const [batch = 1] = found.batch;
  const [timesteps = 1] = found.time;
  return {
    shapes,
    fileSizes: { batch, timesteps },
    hasBatch: found.batch.size === 1,
    hasTime: found.time.size === 1,
  };
}
