import { CalibrationError } from '../errors';

/** Smallest and largest value seen, in real numbers; `min <= max`. */
export interface Range {
  /** Smallest value. */
  readonly min: number;
  /** Largest value. */
  readonly max: number;
}

/**
 * What calibration found, ready for `JSON.stringify`. Values are float32.
 *
 * `tensors` is keyed by tensor name (`name#id` where two tensors share a name), `internals` by op, direction and
 * value, such as `lstm_0/forward/hidden`.
 */
export interface CalibrationRanges {
  /** Tells the JSON from that of other versions. */
  readonly format: typeof RANGES_FORMAT;
  /** Names of the observers that reduced values to ranges. */
  readonly observer: string;
  /** Number of samples seen. */
  readonly samples: number;
  /** Of activations and states. */
  readonly tensors: Readonly<Record<string, Range>>;
  /** Of values inside LSTM layers. */
  readonly internals: Readonly<Record<string, Range>>;
}

export const RANGES_FORMAT = 'octogate-ranges-1';

/** The larger magnitude of a range's two ends. */
export function magnitudeOf(range: Range): number {
  return Math.max(Math.abs(range.min), Math.abs(range.max));
}

/** The smallest range that holds both. */
export function union(a: Range, b: Range): Range {
  return { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) };
}

/**
 * Reads ranges that were saved as JSON.
 *
 * @param value result of `JSON.parse`
 * @throws CalibrationError if it is not what {@link CalibrationRanges} describes.
 */
export function parseCalibrationRanges(value: unknown): CalibrationRanges {
  if (!isRecord(value) || value['format'] !== RANGES_FORMAT) {
    throw new CalibrationError(`calibration ranges: expected an object with format "${RANGES_FORMAT}"`);
  }
  const { observer, samples, tensors, internals } = value;
  if (typeof observer !== 'string')
    throw new CalibrationError('calibration ranges: observer is not a string');
  if (typeof samples !== 'number') throw new CalibrationError('calibration ranges: samples is not a number');
  return {
    format: RANGES_FORMAT,
    observer,
    samples,
    tensors: parseRanges('tensors', tensors),
    internals: parseRanges('internals', internals),
  };
}

function parseRanges(group: string, value: unknown): Record<string, Range> {
  if (!isRecord(value)) throw new CalibrationError(`calibration ranges: ${group} is not an object`);
  return Object.fromEntries(
    Object.entries(value).map(([key, range]) => {
      if (isRecord(range)) {
        const { min, max } = range;
        if (typeof min === 'number' && typeof max === 'number' && min <= max) return [key, { min, max }];
      }
      throw new CalibrationError(
        `calibration ranges: "${key}" is ${JSON.stringify(range)}; expected numbers min <= max`,
      );
    }),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
