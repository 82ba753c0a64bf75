import { at } from '../errors';
import type { ConformanceCase } from './conformance-case';
import { keepBatchRows, keepFeatures, keepOutputs, keepTimesteps, keepUnits } from './subset';

export interface ReduceOptions {
  /** Cases tried at most; each costs a run of the backends. */
  readonly mostAttempts: number;
  /** Told of every smaller case that still fails. */
  readonly onProgress?: (reduced: ConformanceCase) => void;
}

/**
 * Makes a failing case smaller while it fails: fewer calls, layers, batch rows, timesteps, units, outputs and features,
 * by halves, quarters, and so on down to one. What comes back fails, and is the case itself if nothing smaller does.
 *
 * @param fails whether a case still shows the problem
 */
export async function reduceCase(
  conformanceCase: ConformanceCase,
  fails: (candidate: ConformanceCase) => Promise<boolean>,
  { mostAttempts, onProgress }: ReduceOptions,
): Promise<ConformanceCase> {
  let smallest = conformanceCase;
  let attempts = 0;
  let progressed = true;
  while (progressed) {
    progressed = false;
    for (const candidate of smallerCases(smallest)) {
      if (attempts >= mostAttempts) return smallest;
      attempts += 1;
      if (!(await fails(candidate))) continue;
      smallest = candidate;
      progressed = true;
      onProgress?.(smallest);
      break;
    }
  }
  return smallest;
}

/** Cases that are smaller by one cut, the largest cuts first. */
function* smallerCases(conformanceCase: ConformanceCase): Generator<ConformanceCase> {
  const { calls, layers, batch, timesteps } = conformanceCase;
  const [firstCall, ...laterCalls] = calls;
  const [firstLayer, ...laterLayers] = layers;
  if (laterCalls.length > 0) {
    yield { ...conformanceCase, calls: [firstCall] };
    yield { ...conformanceCase, calls: [firstCall, ...laterCalls.slice(0, -1)] };
  }
  if (laterLayers.length > 0) {
    yield { ...conformanceCase, layers: [firstLayer, ...laterLayers.slice(0, -1)] };
    yield* withoutFirstLayer(conformanceCase);
  }
  for (const rows of subsets(batch)) yield keepBatchRows(conformanceCase, rows);
  for (const kept of shorter(timesteps)) yield keepTimesteps(conformanceCase, kept);
  for (const [index, layer] of layers.entries()) {
    for (const units of subsets(layer.units)) yield keepUnits(conformanceCase, index, units);
    if (layer.projection === null) continue;
    for (const outputs of subsets(layer.outputs)) yield keepOutputs(conformanceCase, index, outputs);
  }
  for (const features of subsets(firstLayer.inputs)) yield keepFeatures(conformanceCase, features);
}

/** The second layer on the inputs of the first, cut or repeated to its number of features. */
function* withoutFirstLayer(conformanceCase: ConformanceCase): Generator<ConformanceCase> {
  const [first, second, ...rest] = conformanceCase.layers;
  if (second === undefined) return;
  const refit = (call: Int8Array): Int8Array =>
    Int8Array.from({ length: (call.length / first.inputs) * second.inputs }, (_, place) => {
      const [row, feature] = [Math.floor(place / second.inputs), place % second.inputs];
      return at(call, row * first.inputs + (feature % first.inputs));
    });
  const [firstCall, ...laterCalls] = conformanceCase.calls;
  yield {
    ...conformanceCase,
    input: first.output,
    layers: [second, ...rest],
    calls: [refit(firstCall), ...laterCalls.map(refit)],
  };
}

/** All but a half of so many things, for each half; all but a quarter; down to all but one. Nothing where there is one. */
function* subsets(count: number): Generator<readonly number[]> {
  const all = Array.from({ length: count }, (_, index) => index);
  for (let dropped = Math.floor(count / 2); dropped >= 1; dropped = Math.floor(dropped / 2)) {
    for (let start = 0; start < count; start += dropped) {
      const kept = all.filter((index) => index < start || index >= start + dropped);
      if (kept.length > 0) yield kept;
    }
  }
}

/** A half, all but one: timesteps are cut at the end, since each depends on those before. */
function* shorter(count: number): Generator<number> {
  if (count > 1) yield Math.ceil(count / 2);
  if (count > 2) yield count - 1;
}
