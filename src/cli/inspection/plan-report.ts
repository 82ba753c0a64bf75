import { dispatchesOf, macsOfCall } from '../../bench/work';
import { at } from '../../errors';
import type { LstmPath } from '../../index';
import type { LoweredLstm } from '../../lower/lstm';
import { evaluateShapes } from '../../model/shapes';
import type { SessionSize } from '../../model/shapes';
import type { ExecutableModel } from '../../runtime/executor';
import { layerSizes } from '../../runtime/layer-sizes';
import { kernelsOfLayer } from '../../runtime/plan/layer-kernels';
import { planCall } from '../../runtime/plan/plan-call';
import type { PlannedPass } from '../../runtime/plan/plan-call';
import type { PlanOptions } from '../../runtime/plan/plan-options';
import type { BufferLifetime, PlannedBuffer } from '../../runtime/plan/plan';

/** Dispatches of one kernel for one op. */
export interface KernelReport {
  readonly op: string;
  readonly kernel: string;
  readonly dispatches: number;
  readonly workgroups: readonly [number, number, number];
}

/** What a call of `Session.run` does on a GPU. */
export interface PlanReport {
  /** What sessions and calls may choose, and why not. */
  readonly sessionSizes: { readonly batch: SessionSize; readonly timesteps: SessionSize };
  readonly batch: number;
  readonly timesteps: number;
  readonly dot: PlanOptions['dot'];
  readonly rows: PlanOptions['rows'];
  readonly lstm: readonly { readonly layer: string; readonly path: LstmPath }[];
  readonly submissions: number;
  readonly dispatches: number;
  readonly readbacks: number;
  readonly kernels: readonly KernelReport[];
  /** On the device, padded as the kernels want them. */
  readonly deviceBytes: { readonly weights: number; readonly state: number; readonly activations: number };
  /** int8 multiply-accumulates per timestep of one sequence. */
  readonly macsPerTimestep: number;
}

/**
 * Plans a call.
 *
 * @throws LimitError if it does not fit into WebGPU's default limits; InputError if the model fixes another batch or number
 * of timesteps.
 */
export function reportPlan(model: ExecutableModel, options: PlanOptions): PlanReport {
  const { passes, submissions, dispatches, readbacks } = planCall(model, options);
  const { batch, timesteps, dot, rows } = options;
  const kernels = kernelsOf(passes);
  const longest = { ...options, timesteps: Math.max(...passes.map(({ segment }) => segment.timesteps)) };
  return {
    sessionSizes: { batch: model.shapes.batch, timesteps: model.shapes.timesteps },
    batch,
    timesteps,
    dot,
    rows,
    lstm: model.program.ops
      .filter((lowered) => lowered.kind === 'lstm')
      .map((lowered) => ({ layer: lowered.op.name, path: pathOf(model, lowered, longest) })),
    submissions,
    dispatches,
    readbacks,
    kernels,
    deviceBytes: deviceBytesOf(passes),
    macsPerTimestep: macsOfCall(model, passes, options) / (batch * timesteps),
  };
}

function kernelsOf(passes: readonly PlannedPass[]): KernelReport[] {
  const reports = new Map<string, KernelReport>();
  for (const { dispatch, times } of passes.flatMap(dispatchesOf)) {
    const { op, contract, workgroups } = dispatch;
    const key = [op, contract.kernel, ...workgroups].join();
    const dispatches = (reports.get(key)?.dispatches ?? 0) + times;
    reports.set(key, { op, kernel: contract.kernel, dispatches, workgroups });
  }
  return [...reports.values()];
}

/** The way through a layer in a pass. */
function pathOf(model: ExecutableModel, lowered: LoweredLstm, options: PlanOptions): LstmPath {
  const sizes = layerSizes(lowered.op, at(evaluateShapes(model.shapes, options), lowered.op.input));
  return kernelsOfLayer(model, lowered, sizes, options).path;
}

/** Passes follow each other in the same buffers, so the largest counts. */
function deviceBytesOf(passes: readonly PlannedPass[]): PlanReport['deviceBytes'] {
  const bytes = passes.map((pass) => {
    const buffers = new Map<string, PlannedBuffer>();
    const add = (buffer: PlannedBuffer): unknown => buffers.set(`${buffer.lifetime} ${buffer.key}`, buffer);
    for (const { dispatch } of dispatchesOf(pass)) {
      for (const binding of Object.values(dispatch.bindings)) {
        if ('pair' in binding) binding.pair.buffers.forEach(add);
        else add(binding.buffer);
      }
    }
    const sum = (lifetime: BufferLifetime): number =>
      [...buffers.values()]
        .filter((buffer) => buffer.lifetime === lifetime)
        .reduce((total, { byteLength }) => total + byteLength, 0);
    return { weights: sum('model'), state: sum('session'), activations: sum('plan') };
  });
  const largest = (key: keyof PlanReport['deviceBytes']): number =>
    Math.max(0, ...bytes.map((pass) => pass[key]));
  return { weights: largest('weights'), state: largest('state'), activations: largest('activations') };
}
