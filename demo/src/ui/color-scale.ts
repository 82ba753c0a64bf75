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

/** From silence to loud: dark to light, each stop lighter than the one before it. */
const LEVELS: readonly Color[] = [
  [12, 14, 22],
  [28, 40, 92],
  [92, 44, 132],
  [196, 66, 98],
  [255, 150, 60],
  [255, 240, 190],
];

/** Steps of the scale of levels. */
export const LEVEL_STEPS = 256;
/** Red, green, blue and opacity of every step, `[256, 4]`. */
export const LEVEL_COLORS = Uint8ClampedArray.from(
  Array.from({ length: LEVEL_STEPS }, (_, step) => levelColor(step / (LEVEL_STEPS - 1))).flat(),
);

function levelColor(level: number): [number, number, number, number] {
  const place = level * (LEVELS.length - 1);
  const stop = Math.min(LEVELS.length - 2, Math.floor(place));
  const [from, to] = [LEVELS[stop] ?? ZERO, LEVELS[stop + 1] ?? ZERO];
  const mix = (low: number, high: number): number => Math.round(low + (high - low) * (place - stop));
  return [mix(from[0], to[0]), mix(from[1], to[1]), mix(from[2], to[2]), 255];
}
