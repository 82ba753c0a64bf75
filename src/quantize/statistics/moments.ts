/* eslint-disable @typescript-eslint/no-non-null-assertion -- The sums of outer products take most of calibration's time
   after the float run itself; their bounds are the constructor's. */

/** First and second moments of vectors of one length. */
export interface Moments {
  readonly depth: number;
  /** Number of vectors. */
  readonly count: number;
  /** Mean of each element. */
  readonly mean: Float64Array;
  /** Mean product of each pair of elements, `[depth, depth]` row-major, symmetric; null where it was not asked for. */
  readonly products: Float64Array | null;
}

/** Sums up vectors as they come; its size does not depend on their number. */
export class MomentCollector {
  private count = 0;
  private readonly sum: Float64Array;
  /** Upper triangle, row-major. */
  private readonly products: Float64Array | null;

  constructor(
    private readonly depth: number,
    withProducts: boolean,
  ) {
    this.sum = new Float64Array(depth);
    this.products = withProducts ? new Float64Array(depth * depth) : null;
  }

  /** @param values any number of vectors, one after the other */
  include(values: Float32Array): void {
    const { depth, sum, products } = this;
    for (let begin = 0; begin < values.length; begin += depth) {
      this.count += 1;
      for (let i = 0; i < depth; i++) {
        const x = values[begin + i]!;
        // Spectra, one-hot vectors and rectified values are full of zeros.
        if (x === 0) continue;
        sum[i]! += x;
        if (products === null) continue;
        const row = i * depth;
        for (let j = i; j < depth; j++) products[row + j]! += x * values[begin + j]!;
      }
    }
  }

  moments(): Moments {
    const { depth, count, sum, products } = this;
    const mean = sum.map((total) => total / count);
    if (products === null) return { depth, count, mean, products };
    const symmetric = new Float64Array(depth * depth);
    for (let i = 0; i < depth; i++) {
      for (let j = i; j < depth; j++) {
        const value = products[i * depth + j]! / count;
        symmetric[i * depth + j] = value;
        symmetric[j * depth + i] = value;
      }
    }
    return { depth, count, mean, products: symmetric };
  }
}

/** Moments of the vectors whose first elements are divided by `divisors`. */
export function dividedMoments(moments: Moments, divisors: readonly number[]): Moments {
  const { depth, mean, products } = moments;
  const divisor = (i: number): number => divisors[i] ?? 1;
  return {
    ...moments,
    mean: mean.map((value, i) => value / divisor(i)),
    products:
      products?.map((value, index) => {
        const [i, j] = [Math.floor(index / depth), index % depth];
        return value / (divisor(i) * divisor(j));
      }) ?? null,
  };
}

/**
 * Moments of the vectors whose first `width` elements are repeated side by side, with offsets added to the copies.
 *
 * @param offsets one for each element of each copy.
 */
export function repeatedMoments(
  { depth, count, mean, products }: Moments,
  width: number,
  offsets: Float32Array,
): Moments {
  const wider = depth - width + offsets.length;
  const source = (i: number): number => (i < offsets.length ? i % width : i - offsets.length + width);
  const offset = (i: number): number => offsets[i] ?? 0;
  const shifted = Float64Array.from({ length: wider }, (_, i) => mean[source(i)]! + offset(i));
  const productAt = (i: number, j: number, known: Float64Array): number =>
    known[source(i) * depth + source(j)]! + offset(i) * mean[source(j)]! + offset(j) * shifted[i]!;
  return {
    depth: wider,
    count,
    mean: shifted,
    products:
      products === null
        ? null
        : Float64Array.from({ length: wider * wider }, (_, index) =>
            productAt(Math.floor(index / wider), index % wider, products),
          ),
  };
}

/** Moments of the vectors with so many elements of one value put in before element `position`. */
export function withConstantElements(
  { depth, count, mean, products }: Moments,
  position: number,
  added: number,
  value: number,
): Moments {
  const wider = depth + added;
  /** Index of the element before; null for one that is put in. */
  const before = (i: number): number | null => (i < position ? i : i < position + added ? null : i - added);
  const meanAt = (i: number | null): number => (i === null ? value : mean[i]!);
  const productAt = (i: number | null, j: number | null, known: Float64Array): number =>
    i === null ? value * meanAt(j) : j === null ? value * meanAt(i) : known[i * depth + j]!;
  return {
    depth: wider,
    count,
    mean: Float64Array.from({ length: wider }, (_, i) => meanAt(before(i))),
    products:
      products === null
        ? null
        : Float64Array.from({ length: wider * wider }, (_, index) =>
            productAt(before(Math.floor(index / wider)), before(index % wider), products),
          ),
  };
}
