import type { SymbolicShape } from '../../model/shapes';
import { timeView } from '../../model/shapes';
import type { ComputedValue, TensorValue } from '../executor';
import type { Segment } from '../plan/segments';

interface CallSizes {
  readonly batch: number;
  readonly timesteps: number;
}

/** The timesteps of a segment out of a whole call's row-major values, still row-major. */
export function sliceTime(
  values: TensorValue,
  shape: SymbolicShape,
  sizes: CallSizes,
  { start, timesteps }: Segment,
): TensorValue {
  const view = timesteps === sizes.timesteps ? null : timeView(shape, sizes);
  if (view === null) return values;
  const { outer, inner } = view;
  const elements = outer * timesteps * inner;
  const slice = emptyLike(values, elements);
  for (let index = 0; index < outer; index++) {
    const from = (index * sizes.timesteps + start) * inner;
    slice.set(values.subarray(from, from + timesteps * inner), index * timesteps * inner);
  }
  return slice;
}

function emptyLike(values: TensorValue, elements: number): TensorValue {
  if (values instanceof Int8Array) return new Int8Array(elements);
  if (values instanceof Int16Array) return new Int16Array(elements);
  return values instanceof Float32Array ? new Float32Array(elements) : new Int32Array(elements);
}

/** Puts the timesteps of a segment where they belong in a whole call's values. */
export function placeTime(
  slice: ComputedValue,
  values: ComputedValue,
  shape: SymbolicShape,
  sizes: CallSizes,
  { start, timesteps }: Segment,
): void {
  const view = timesteps === sizes.timesteps ? null : timeView(shape, sizes);
  if (view === null) {
    values.set(slice);
    return;
  }
  const { outer, inner } = view;
  for (let index = 0; index < outer; index++) {
    const part = slice.subarray(index * timesteps * inner, (index + 1) * timesteps * inner);
    values.set(part, (index * sizes.timesteps + start) * inner);
  }
}
