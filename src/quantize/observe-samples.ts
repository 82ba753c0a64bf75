import { at, CalibrationError, InputError } from '../errors';
import type { Graph } from '../model';
import { FloatRunner } from './float/runner';
import type { FloatTensor } from './float/tensor';
import type { Site } from './sites';

/**
 * One representative sequence: consecutive calls on one state, which starts from reset. Most models take a sequence in
 * a single call; streaming models take one call per frame.
 */
export interface CalibrationSample {
  /** Per call, the graph's inputs in order. */
  readonly calls: readonly (readonly FloatTensor[])[];
}

/** Samples, all at once or as they come. */
export type CalibrationData = Iterable<CalibrationSample> | AsyncIterable<CalibrationSample>;

/** What a run over representative data tells, and how it is ended. */
export interface ObserveOptions {
  /** Told the number of samples done, after each. */
  readonly onProgress?: (samples: number) => void;
  /** Ends the run between samples. */
  readonly signal?: AbortSignal;
}

/** What sees the values of a float run. */
export interface SampleObserver {
  observe(site: Site, values: Float32Array): void;
  /** A sample, an independent sequence, has ended. */
  endSample(): void;
}

/** Longest time that calibration keeps a browser tab from painting. */
const BREATH_MS = 50;

/**
 * Runs a float graph over representative data and shows every value to observers.
 *
 * @returns the number of samples, at least one.
 * @throws CalibrationError if there are no samples, or one has the wrong shape or makes NaN or infinity arise; names
 *   the sample, counted from 0, and the tensor.
 * @throws the signal's reason if it aborts.
 */
export async function observeSamples(
  graph: Graph,
  samples: CalibrationData,
  observers: readonly SampleObserver[],
  { onProgress, signal }: ObserveOptions,
): Promise<number> {
  const runner = new FloatRunner(graph);
  let count = 0;
  let isEmpty = true;
  let lastBreath = performance.now();
  for await (const sample of samples) {
    runner.reset();
    for (const inputs of sample.calls) {
      signal?.throwIfAborted();
      isEmpty = false;
      runCall(runner, inputs, count, (site, values) => {
        requireFinite(site, values, count);
        for (const observer of observers) observer.observe(site, values);
      });
      if (performance.now() - lastBreath > BREATH_MS) {
        await new Promise((resolve) => setTimeout(resolve));
        lastBreath = performance.now();
      }
    }
    if (sample.calls.length > 0) for (const observer of observers) observer.endSample();
    count += 1;
    onProgress?.(count);
  }
  if (isEmpty) {
    throw new CalibrationError(
      `${graph.name}: the calibration data is empty; give at least one representative sequence`,
    );
  }
  return count;
}

function runCall(
  runner: FloatRunner,
  inputs: readonly FloatTensor[],
  sample: number,
  observe: (site: Site, values: Float32Array) => void,
): void {
  try {
    runner.run(inputs, observe);
  } catch (error) {
    if (error instanceof InputError) {
      throw new CalibrationError(`calibration sample ${sample}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

function requireFinite(site: Site, values: Float32Array, sample: number): void {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new CalibrationError(
    `calibration sample ${sample}: element ${bad} of "${site.key}" is ${at(values, bad)}; expected finite numbers`,
  );
}
