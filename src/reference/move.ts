import type { MoveParameters } from '../contract/op-parameters';

/** Any typed array: what is moved is not looked at. */
type Elements = Record<number, number>;

/**
 * Twin of `move.wgsl`: copies values from a strided walk over `source` into a box of `out`, or fills the box with one
 * value; what lies outside the box stays.
 *
 * @param source row-major
 * @param out row-major, of the source's type
 */
export function move(parameters: MoveParameters, source: Readonly<Elements>, out: Elements): void {
  const { sizes, destinationStart, destinationStrides, sourceStart, sourceStrides, fill } = parameters;
  const [n0, n1, n2, n3, n4] = sizes;
  const [d0, d1, d2, d3, d4] = destinationStrides;
  const [s0, s1, s2, s3, s4] = sourceStrides;
  for (let i0 = 0; i0 < n0; i0++) {
    for (let i1 = 0; i1 < n1; i1++) {
      for (let i2 = 0; i2 < n2; i2++) {
        for (let i3 = 0; i3 < n3; i3++) {
          const destination = destinationStart + i0 * d0 + i1 * d1 + i2 * d2 + i3 * d3;
          const from = sourceStart + i0 * s0 + i1 * s1 + i2 * s2 + i3 * s3;
          for (let i4 = 0; i4 < n4; i4++) {
            out[destination + i4 * d4] = fill ?? source[from + i4 * s4]!;
          }
        }
      }
    }
  }
}
