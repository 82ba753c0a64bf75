import type { Model, ModelEnd, Values } from 'octogate';
import { encodeNpy, shapeSizes } from 'octogate/data';
import type { Calls } from './call-inputs';

/** One output of a run. */
export interface OutputSheet {
  readonly name: string;
  readonly dtype: 'int8' | 'float32';
  /** Of one call. */
  readonly shape: readonly number[];
  readonly calls: number;
  /** What its int8 values mean; null if the file does not say, or for real values. */
  readonly scale: { readonly scale: number; readonly zeroPoint: number } | null;
  /** The first sequence, `[steps, features]`. */
  readonly steps: number;
  readonly features: number;
  readonly values: Values;
  /** All of it, as a NumPy file. */
  readonly npy: Uint8Array<ArrayBuffer>;
}

export function outputSheets(
  { outputs }: Model,
  calls: Calls,
  results: readonly Readonly<Record<string, Values>>[],
): OutputSheet[] {
  return outputs.map((end) => {
    const parts = results.flatMap((result) => result[end.name] ?? []);
    const [first, ...others] = parts;
    const [sizes] = calls;
    if (first === undefined || sizes === undefined) throw new TypeError(`output ${end.name} is missing`);
    const shape = shapeSizes(end.shape, sizes);
    const values = joined(parts.map((part) => firstSequence(part, shape, batchAxisOf(end))));
    const features = shape.at(-1) ?? 1;
    const isInteger = first instanceof Int8Array;
    const { quantization } = end;
    const [scale] = quantization?.scales ?? [];
    return {
      name: end.name,
      dtype: isInteger ? 'int8' : 'float32',
      shape,
      calls: calls.length,
      scale: isInteger && scale !== undefined ? { scale, zeroPoint: quantization?.zeroPoints[0] ?? 0 } : null,
      steps: values.length / features,
      features,
      values,
      npy: encodeNpy({
        shape: others.length === 0 ? shape : [parts.length, ...shape],
        data: joined(parts),
      }),
    };
  });
}

function batchAxisOf({ shape }: ModelEnd): number {
  return shape.findIndex((dimension) => dimension.includes('batch'));
}

/** What belongs to batch row 0. */
function firstSequence(values: Values, shape: readonly number[], axis: number): Values {
  if (axis < 0) return values;
  const size = (sizes: readonly number[]): number => sizes.reduce((product, each) => product * each, 1);
  const inner = size(shape.slice(axis + 1));
  const stride = inner * (shape[axis] ?? 1);
  return values.filter((_, index) => index % stride < inner);
}

function joined(parts: readonly Values[]): Values {
  const [first = new Int8Array(0)] = parts;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const whole = first instanceof Int8Array ? new Int8Array(length) : new Float32Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
