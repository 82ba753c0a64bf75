import { at } from '../errors';
import { evaluateShapes } from '../model/shapes';
import type { ExecutableModel } from '../runtime/executor';
import { sequenceLayout } from '../runtime/layer-sizes';
import type { PlanOptions } from '../runtime/plan/plan-options';
import { planCall } from '../runtime/plan/plan-call';
import type { PlannedDispatch } from '../runtime/plan/plan';
import { WAVE_TIMESTEPS } from '../runtime/plan/plan-wavefront';
import type { GpuProfile } from './profiles';
import type { BenchReport } from './report';
import { dispatchesOf } from './work';

/** What a kernel of a call waits for most. */
export type Bound = 'dot products' | 'cache loads' | 'memory' | 'dispatches' | 'timesteps';

/** Dispatches of one kernel for one op, on a GPU that nobody asked. */
export interface KernelPrediction {
  /** Name of the op, as in the model. */
  readonly op: string;
  /** Stem of the kernel: `lstm_step`. */
  readonly kernel: string;
  /** Dispatches in one call. */
  readonly dispatches: number;
  /** Multiply-accumulates in one call. */
  readonly macs: number;
  /** Time of all its dispatches in one call. */
  readonly ms: number;
  /** What its latest dispatch waits for most. */
  readonly bound: Bound;
}

/** One call of a model, on a GPU that nobody asked. */
export interface CallPrediction {
  /** In the order in which ops first need them. */
  readonly kernels: readonly KernelPrediction[];
  /** Times that the caller waits for results. */
  readonly readbacks: number;
  /** What submissions and their readbacks cost by themselves. */
  readonly submitMs: number;
  /** The whole call. */
  readonly ms: number;
  /** What most of the time is spent on; `submissions` where it is neither kernels nor dispatches. */
  readonly bound: Bound | 'submissions';
}

/** Kernels that run many timesteps per dispatch. */
const SEQUENCE_KERNELS = new Set(['lstm_sequence', 'lstm_resident']);

/**
 * Predicts a call by the roofline of each kernel: the longest of its dot products, its loads from caches and its weights'
 * way from memory, on the compute units that its workgroups can fill, and on top what dispatches, timesteps and submissions
 * cost by themselves. Activations, requantization and the caller's arrays are not counted.
 *
 * @throws LimitError if the call does not fit into WebGPU's default limits; InputError if the model fixes other sizes.
 */
export function predictCall(model: ExecutableModel, options: PlanOptions, gpu: GpuProfile): CallPrediction {
  const { passes, readbacks } = planCall(model, options);
  const weightBytes = new Map<string, number>();
  const planned = passes.flatMap((pass) =>
    dispatchesOf(pass).map((planned) => ({ ...planned, timesteps: pass.segment.timesteps })),
  );
  for (const { dispatch } of planned) {
    for (const buffer of weightBuffers(dispatch)) weightBytes.set(buffer.key, buffer.byteLength);
  }
  const allWeights = [...weightBytes.values()].reduce((sum, bytes) => sum + bytes, 0);
  const isCached = allWeights <= gpu.cacheBytes;
  const groups = new Map<string, KernelPrediction>();
  for (const { dispatch, times, timesteps } of planned) {
    const found = predictDispatch(model, { ...options, timesteps }, dispatch, times, gpu, isCached);
    const key = `${dispatch.op} ${dispatch.contract.kernel}`;
    const before = groups.get(key);
    groups.set(key, {
      op: dispatch.op,
      kernel: dispatch.contract.kernel,
      dispatches: (before?.dispatches ?? 0) + times,
      macs: (before?.macs ?? 0) + found.macs * times,
      ms: (before?.ms ?? 0) + (found.us * times) / 1000,
      bound: found.bound,
    });
  }
  const kernels = [...groups.values()];
  const submitMs = (readbacks * gpu.submitUs) / 1000;
  const ms = kernels.reduce((sum, kernel) => sum + kernel.ms, submitMs);
  const longest = kernels.reduce<KernelPrediction | null>(
    (best, kernel) => (best === null || kernel.ms > best.ms ? kernel : best),
    null,
  );
  const bound = longest === null || submitMs > longest.ms ? 'submissions' : longest.bound;
  return { kernels, readbacks, submitMs, ms, bound };
}

function predictDispatch(
  model: ExecutableModel,
  options: PlanOptions,
  dispatch: PlannedDispatch,
  times: number,
  gpu: GpuProfile,
  isCached: boolean,
): { readonly macs: number; readonly us: number; readonly bound: Bound } {
  const { contract, workgroups, specialization } = dispatch;
  const { kernel } = contract;
  const isSequence = SEQUENCE_KERNELS.has(kernel);
  const sequence = isSequence ? sequenceWork(model, options, dispatch, times) : null;
  const waveMacs = (dispatch.work * options.timesteps) / (WAVE_TIMESTEPS * times);
  const macs = sequence?.macs ?? (kernel === 'wave_product' ? waveMacs : dispatch.work);
  const weights = weightBuffers(dispatch).reduce((sum, { byteLength }) => sum + byteLength, 0);
  // Each loaded weight serves as many rows as an invocation keeps sums of.
  const constants: Readonly<Record<string, number>> = specialization.constants;
  const loadedBytes = kernel === 'lstm_resident' ? weights : macs / (constants['ROWS'] ?? 1);
  const groups = workgroups[0] * workgroups[1] * workgroups[2];
  const share = Math.min(1, groups / gpu.computeUnits);
  // A GMAC/s is a thousand products per microsecond.
  const dots = macs / (1000 * gpu.dotGmacPerSecond * share);
  const loads = loadedBytes / (1000 * gpu.cacheGbPerSecond * share);
  const memory = isCached ? 0 : weights / (1000 * gpu.memoryGbPerSecond);
  const work = Math.max(dots, loads, memory);
  const steps = (sequence?.timesteps ?? 0) * gpu.timestepUs;
  const us = work + steps + gpu.dependentDispatchUs;
  const largest = Math.max(work, steps, gpu.dependentDispatchUs);
  let bound: Bound;
  if (largest === gpu.dependentDispatchUs) bound = 'dispatches';
  else if (largest === steps) bound = 'timesteps';
  else if (work === dots) bound = 'dot products';
  else bound = work === loads ? 'cache loads' : 'memory';
  return { macs, us, bound };
}

function weightBuffers({
  bindings,
}: PlannedDispatch): { readonly key: string; readonly byteLength: number }[] {
  return Object.values(bindings).flatMap((binding) => {
    if ('pair' in binding || binding.buffer.lifetime !== 'model') return [];
    return [{ key: `${binding.buffer.key} ${binding.offset}`, byteLength: binding.byteLength }];
  });
}

/**
 * Recurrent products of one of a pass's dispatches, and the timesteps that follow each other in it; a plan's own count is a bound of
 * time, not of products.
 */
function sequenceWork(
  { program, shapes }: ExecutableModel,
  options: PlanOptions,
  { op, workgroups }: PlannedDispatch,
  times: number,
): { readonly macs: number; readonly timesteps: number } {
  const lowered = program.ops.find((candidate) => candidate.op.name === op);
  if (lowered?.kind !== 'lstm') throw new TypeError(`${op} is no LSTM layer`);
  const input = at(evaluateShapes(shapes, options), lowered.op.input);
  const { batch, timesteps } = sequenceLayout(lowered.op, input);
  const perStep = lowered.directions.reduce((sum, { gates, units, outputElements, projection }) => {
    const gateCount = gates.input === null ? 3 : 4;
    return sum + gateCount * units * outputElements + (projection === null ? 0 : units * outputElements);
  }, 0);
  const layers = workgroups[1] / lowered.directions.length;
  return {
    macs: (layers * batch * timesteps * perStep) / times,
    timesteps: layers > 1 ? WAVE_TIMESTEPS : timesteps / times,
  };
}

/**
 * The profile that a run measured. Its processors are the compute units of a software adapter; caches are not measured and
 * taken to hold all weights, which is what the figure of cached loads stands for.
 */
export function profileOfReport({ adapter, ceilings, environment }: BenchReport): GpuProfile {
  return {
    name: 'measured',
    title: `${adapter.device} in ${environment.runtime}`,
    dotGmacPerSecond: ceilings.dotGmacPerSecond,
    cacheGbPerSecond: ceilings.loadGbPerSecond,
    cacheBytes: Number.MAX_SAFE_INTEGER,
    memoryGbPerSecond: ceilings.streamGbPerSecond,
    computeUnits: environment.processors,
    dependentDispatchUs: 1000 * ceilings.dependentDispatchMs,
    submitUs: 1000 * ceilings.emptySubmitMs,
    timestepUs: MEASURED_TIMESTEP_US,
    source: 'ceilings of a run of octogate bench',
  };
}

/** A resident timestep of 64 units took 4.4 us by the clock on lavapipe, about a microsecond of it products (2026-11-23). */
const MEASURED_TIMESTEP_US = 3.4;
