import { at } from '../errors';

/** A row-major array of real numbers. */
export interface RealArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Part of one dimension. */
export interface Span {
  readonly axis: number;
  readonly begin: number;
  readonly size: number;
}

/** A copy of the part of an array that lies in all of the spans; dimensions without a span are taken whole. */
export function blockOf({ shape, data }: RealArray, spans: readonly Span[]): RealArray {
  const [span, ...others] = spans;
  if (span === undefined) return { shape, data: data.slice() };
  const { axis, begin, size } = span;
  const inner = elements(shape.slice(axis + 1));
  const outer = elements(shape.slice(0, axis));
  const rowElements = at(shape, axis) * inner;
  const part = new Float32Array(outer * size * inner);
  for (let row = 0; row < outer; row++) {
    const start = row * rowElements + begin * inner;
    part.set(data.subarray(start, start + size * inner), row * size * inner);
  }
  return blockOf({ shape: shape.map((whole, index) => (index === axis ? size : whole)), data: part }, others);
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
