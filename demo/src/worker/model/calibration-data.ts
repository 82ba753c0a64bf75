import { inputAxes, samplesOf } from 'octogate/data';
import type { SourceArray } from 'octogate/data';
import type { Graph } from 'octogate/import';
import type { CalibrationSample, FloatTensor } from 'octogate/quantize';
import { normalValues, wholeValues } from './random-values';

/** Sequences drawn by chance: good for trying, not for a model that anybody relies on. */
export interface RandomSequences {
  readonly sequences: number;
  readonly timesteps: number;
  readonly seed: number;
}

export function randomSamples(
  graph: Graph,
  { sequences, timesteps, seed }: RandomSequences,
): CalibrationSample[] {
  const axes = inputAxes(graph);
  const perCall = Math.max(1, ...axes.map(({ timestepsPerCall }) => timestepsPerCall ?? timesteps));
  const calls = Math.max(1, Math.round(timesteps / perCall));
  return Array.from({ length: sequences }, (_, sequence) => ({
    calls: Array.from({ length: calls }, (_call, call) =>
      axes.map(({ shape, dtype, batchAxis, timeAxis, batchPerCall, tableRows }, input): FloatTensor => {
        const sizes = shape.map((size, axis) =>
          axis === batchAxis ? batchPerCall : axis === timeAxis ? perCall : size,
        );
        const count = sizes.reduce((product, size) => product * size, 1);
        const draw = seed + 7919 * (input + axes.length * (call + calls * sequence));
        const data =
          dtype === 'int32'
            ? Float32Array.from(wholeValues(draw, count, [0, (tableRows ?? 1) - 1]))
            : normalValues(draw, count);
        return { shape: sizes, data };
      }),
    ),
  }));
}

/** Sequences out of a visitor's arrays: for several inputs, arrays of their names, or one after the other. */
export function arraySamples(graph: Graph, arrays: readonly SourceArray[]): CalibrationSample[] {
  const axes = inputAxes(graph);
  if (axes.length === 1) return samplesOf([{ label: labelOf(arrays), arrays }], axes);
  return samplesOf(
    axes.map(({ name }) => {
      const own = arrays.filter((array) => nameOf(array) === name);
      return { label: `${labelOf(arrays)} for "${name}"`, arrays: own };
    }),
    axes,
  );
}

/** What an array is called inside its archive, or its file without the extension. */
export function nameOf({ entry, label }: SourceArray): string {
  return entry ?? label.replace(/\.npy$/i, '');
}

function labelOf(arrays: readonly SourceArray[]): string {
  return arrays.map(({ label }) => label).join(', ');
}
