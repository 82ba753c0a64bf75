import { float32Quotient, roundHalfAway } from './float32';

/** int8 values that a float32 can be rounded up to: all but the lowest. */
const THRESHOLDS = 255;

/**
 * Where `sat8(round(x / scale) + zeroPoint)` changes: number i is the least float32 for which it is i - 127 or more, or
 * infinity if there is none. Comparing with these is the function itself, with the quotient in float32 and ties away from
 * zero as TFLite has it, whatever a device's division does. Each is found by bisection over all float32.
 */
export function quantizationThresholds(scale: number, zeroPoint: number): Float32Array {
  return Float32Array.from({ length: THRESHOLDS }, (_, index) => {
    const wanted = index - 127 - zeroPoint;
    return leastFloat32((x) => roundHalfAway(float32Quotient(x, scale)) >= wanted);
  });
}

/** Ordinal number of the largest float32; the negative ones have negative numbers. */
const LARGEST = 0x7f7fffff;

/** The least float32 for which a predicate holds, if it holds from there on. */
function leastFloat32(holds: (x: number) => boolean): number {
  let [below, found] = [-LARGEST - 1, LARGEST + 1];
  while (found - below > 1) {
    const middle = Math.floor((below + found) / 2);
    if (holds(float32At(middle))) found = middle;
    else below = middle;
  }
  return found > LARGEST ? Infinity : float32At(found);
}

/** Magnitudes of float32 are ordered as their bits are. */
function float32At(ordinal: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, Math.abs(ordinal));
  const magnitude = view.getFloat32(0);
  return ordinal < 0 ? -magnitude : magnitude;
}
