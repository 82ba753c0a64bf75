import { unreachable } from '../../errors';

/** What a session may choose apart from the file. */
export interface SessionSizes {
  /** Independent sequences that advance together; each has its own LSTM state. */
  readonly batch: number;
  /** Timesteps of one call. */
  readonly timesteps: number;
}

export type SessionSymbol = 'batch' | 'time';

/** One factor of a dimension: a size of the session, or a number that the file fixes. */
export type Factor = SessionSymbol | number;

/**
 * A dimension as a product of factors, outermost first: `['batch', 'time']` is batch and time flattened into rows in
 * that order, `['time', 20]` is every timestep's 20 features in one row, `[]` is 1. Adjacent numbers are merged.
 */
export type Dimension = readonly Factor[];

/** Dimensions of a tensor, outermost first. */
export type SymbolicShape = readonly Dimension[];

/** The dimension that is this product, in its canonical form. */
export function dimension(factors: readonly Factor[]): Dimension {
  const merged: Factor[] = [];
  for (const factor of factors) {
    const last = merged.at(-1);
    if (factor === 1) continue;
    if (typeof factor === 'number' && typeof last === 'number') merged[merged.length - 1] = last * factor;
    else merged.push(factor);
  }
  return merged;
}

/** A shape that no session can change. */
export function constantShape(sizes: readonly number[]): SymbolicShape {
  return sizes.map((size) => dimension([size]));
}

/** Whether this dimension grows with the session's batch or time. */
export function dependsOn(value: Dimension, symbol: SessionSymbol): boolean {
  return value.includes(symbol);
}

/** Whether the dimension is exactly one symbol, with nothing merged into it. */
export function isExactly(value: Dimension, symbol: SessionSymbol): boolean {
  return value.length === 1 && value[0] === symbol;
}

/** The session's size that a dimension depends on; time before batch, null when the file fixes it. */
export function symbolIn(value: Dimension): SessionSymbol | null {
  if (dependsOn(value, 'time')) return 'time';
  return dependsOn(value, 'batch') ? 'batch' : null;
}

export function sameDimension(a: Dimension, b: Dimension): boolean {
  return a.length === b.length && a.every((factor, index) => factor === b[index]);
}

export function factorSize(factor: Factor, sizes: SessionSizes): number {
  if (typeof factor === 'number') return factor;
  switch (factor) {
    case 'batch':
      return sizes.batch;
    case 'time':
      return sizes.timesteps;
    default:
      return unreachable(factor);
  }
}

export function dimensionSize(value: Dimension, sizes: SessionSizes): number {
  return value.reduce<number>((product, factor) => product * factorSize(factor, sizes), 1);
}

/** A tensor's shape in numbers, for sessions and calls of these sizes. */
export function shapeSizes(shape: SymbolicShape, sizes: SessionSizes): number[] {
  return shape.map((value) => dimensionSize(value, sizes));
}

/** Elements of a tensor of these dimensions; 1 for a scalar. */
export function elementCount(sizes: readonly number[]): number {
  return sizes.reduce((product, size) => product * size, 1);
}

/**
 * The tensor seen as `[outer, time, inner]`: time is one factor of one dimension, so whatever stands before it and
 * after it is contiguous. Null when the tensor does not depend on time.
 */
export function timeView(
  shape: SymbolicShape,
  sizes: SessionSizes,
): { readonly outer: number; readonly inner: number } | null {
  const factors = shape.flat();
  const time = factors.indexOf('time');
  if (time === -1) return null;
  return {
    outer: dimensionSize(factors.slice(0, time), sizes),
    inner: dimensionSize(factors.slice(time + 1), sizes),
  };
}
