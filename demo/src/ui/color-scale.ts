type Color = readonly [red: number, green: number, blue: number];

const BELOW: Color = [38, 112, 196];
const ZERO: Color = [22, 26, 34];
const ABOVE: Color = [255, 166, 43];

/**
 * A colour of the diverging scale: blue at -1, near black at 0, orange at 1, further values as the ends.
 *
 * @returns red, green, blue and opacity, 0 to 255
 */
export function colorOf(value: number): [number, number, number, number] {
  const end = value < 0 ? BELOW : ABOVE;
  const share = Math.min(1, Math.abs(value));
  const mix = (from: number, to: number): number => Math.round(from + (to - from) * share);
  return [mix(ZERO[0], end[0]), mix(ZERO[1], end[1]), mix(ZERO[2], end[2]), 255];
}
