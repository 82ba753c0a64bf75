import { at } from '../../errors';
import type { Dimension, Factor, SessionSizes, SessionSymbol, SymbolicShape } from './dimension';
import { dimension, factorSize } from './dimension';

/** Why a reshape cannot keep a session's size free: it cuts through it, or merges it with half of something else. */
export interface RegroupObstacle {
  readonly obstacle: SessionSymbol;
}

/**
 * The reshape of `shape` to `target` (sizes as the file states them, no -1, the same number of elements), with batch
 * and time kept apart from the file's numbers.
 *
 * Row-major order is kept, so each target dimension takes the next factors until their product is its size; numbers may
 * be split, batch and time may not. Only factors that are 1 in the file leave a choice: one goes to a target dimension
 * of 1 where there is one, else to the dimension before it, so that batch and time stay among the rows and out of the
 * features.
 */
export function regroup(
  shape: SymbolicShape,
  target: readonly number[],
  fileSizes: SessionSizes,
): SymbolicShape | RegroupObstacle {
  const remaining: Factor[] = [...dimension(shape.flat())];
  const result: Dimension[] = [];
  for (const [index, size] of target.entries()) {
    const group: Factor[] = [];
    let missing = size;
    while (missing > 1) {
      const factor = at(remaining, 0);
      const factorValue = factorSize(factor, fileSizes);
      if (missing % factorValue === 0) {
        group.push(factor);
        remaining.shift();
        missing /= factorValue;
      } else if (typeof factor === 'number' && factor % missing === 0) {
        group.push(missing);
        remaining[0] = factor / missing;
        missing = 1;
      } else {
        return { obstacle: nearestSymbol(factor, group, remaining) };
      }
    }
    const laterOnes = leadingCount(target.slice(index + 1), (later) => later === 1);
    const symbolicOnes = leadingCount(
      remaining,
      (factor) => typeof factor !== 'number' && factorSize(factor, fileSizes) === 1,
    );
    const wanted = size === 1 ? Math.min(1, symbolicOnes) : 0;
    group.push(...remaining.splice(0, Math.max(wanted, symbolicOnes - laterOnes)));
    result.push(dimension(group));
  }
  return result;
}

/** The symbol that stood in the way; with the file's own sizes the reshape fits, so there is one. */
function nearestSymbol(
  blocked: Factor,
  taken: readonly Factor[],
  remaining: readonly Factor[],
): SessionSymbol {
  if (typeof blocked !== 'number') return blocked;
  const candidates = [...remaining, ...taken].filter((factor) => typeof factor !== 'number');
  return candidates.includes('time') ? 'time' : 'batch';
}

function leadingCount<T>(values: readonly T[], holds: (value: T) => boolean): number {
  const end = values.findIndex((value) => !holds(value));
  return end === -1 ? values.length : end;
}
