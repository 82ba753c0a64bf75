import { InputError } from '../../errors';
import type { SessionSizes, SessionSymbol, SymbolicShape } from './dimension';
import { dimensionSize, symbolIn } from './dimension';

/** Values for one of a graph's inputs, as a caller has them. */
export interface FoundInput {
  readonly name: string;
  /** What the graph says of it; batch and time are dimensions of their own in a graph's inputs. */
  readonly shape: SymbolicShape;
  /** Dimensions as they were found. */
  readonly sizes: readonly number[];
}

/**
 * The session sizes that give a graph's inputs the dimensions that were found; null for one that no input depends on.
 *
 * @throws InputError naming the first input that does not fit.
 */
export function inputSizes(
  inputs: readonly FoundInput[],
): Readonly<Record<keyof SessionSizes, number | null>> {
  const known = new Map<SessionSymbol, number>();
  for (const { name, shape, sizes } of inputs) {
    const refuse = (expected: string): never => {
      throw new InputError(`input "${name}": shape [${sizes.join(', ')}] found, ${expected} expected`);
    };
    if (sizes.length !== shape.length) refuse(describeShape(shape));
    shape.forEach((value, axis) => {
      const size = sizes[axis] ?? 0;
      const symbol = symbolIn(value);
      if (symbol === null) {
        if (size !== dimensionSize(value, { batch: 1, timesteps: 1 })) refuse(describeShape(shape));
        return;
      }
      const before = known.get(symbol) ?? size;
      if (size < 1) refuse(`${describeShape(shape)} with at least 1 in each dimension`);
      if (size !== before)
        refuse(`${describeShape(shape)} with ${symbol} ${before} as in the inputs before it`);
      known.set(symbol, size);
    });
  }
  return { batch: known.get('batch') ?? null, timesteps: known.get('time') ?? null };
}

/** Dimensions as people read them: `[batch, time, 28]`. */
export function describeShape(shape: SymbolicShape): string {
  return `[${shape.map((value) => (value.length === 0 ? '1' : value.join(' * '))).join(', ')}]`;
}
