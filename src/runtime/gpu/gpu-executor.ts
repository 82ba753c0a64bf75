import { packRows } from '../../contract/packing';
import { at, DeviceLostError } from '../../errors';
import type { CommandRecorder, GpuBuffer } from '../../gpu';
import type { Executor, LayerState, RunRequest, SessionState, Int8Values } from '../executor';
import { copyRows, copyState, initialState } from '../layer-state';
import { segmentsOf } from '../plan/segments';
import type { Segment } from '../plan/segments';
import type { PlannedBuffer, PlannedLayerState, StatePair } from '../plan/plan';
import type { Submission } from '../plan/submissions';
import { CallResults } from './call-results';
import type { DeviceEpoch, GpuModel } from './gpu-model';
import { MaterializedPlan, otherIndex } from './materialized-plan';
import { sliceTime } from './row-transfer';
import { StateBackup } from './state-backup';
import { cellBytes, hiddenBytes, packCell, packHidden, packStateHead, unpackState } from './state-transfer';

/** Plans that a session keeps for numbers of timesteps that it was called with. */
const KEPT_PLANS = 4;

/** What of a session lives on one device. */
interface Residence {
  readonly epoch: DeviceEpoch;
  /** States, by key. */
  readonly buffers: Map<string, GpuBuffer<'storage'>>;
  /** Which buffer of a state pair is current, by the pair's key. */
  readonly current: Map<string, 0 | 1>;
  /** By timesteps and whether they trace; the most recently used last. */
  readonly plans: Map<string, MaterializedPlan>;
  /** Where the layers' states lie; the same in every plan of the session. */
  states: readonly PlannedLayerState[];
}

/**
 * Runs a session on the GPU. A call is cut into segments (timesteps that fit into memory) and those into submissions
 * (work that no watchdog minds); results come back in one readback.
 */
export class GpuExecutor implements Executor {
  readonly #gpuModel: GpuModel;
  readonly #batch: number;
  #residence: Residence | null = null;
  /** The host's copy, from which a lost device is made up for. */
  #saved: SessionState;
  /** State that the device does not have yet. */
  #pending: SessionState | null;
  #hasLengths = false;

  constructor(gpuModel: GpuModel, batch: number) {
    this.#gpuModel = gpuModel;
    this.#batch = batch;
    this.#saved = initialState(gpuModel.model.program, batch);
    this.#pending = this.#saved;
  }

  async run(request: RunRequest): Promise<Int8Values> {
    const { model } = this.#gpuModel;
    const tracing = request.onTrace !== null;
    const segments = segmentsOf(model, this.#batch, request.timesteps, tracing);
    const residence = await this.#reside();
    const plans: MaterializedPlan[] = [];
    for (const { timesteps } of segments) plans.push(await this.#plan(residence, timesteps, tracing));
    this.#uploadPending(residence, at(plans, 0));

    const backup = request.signal === null ? null : new StateBackup(residence.epoch.context, residence);
    try {
      return await this.#runSegments(request, residence, segments, plans, backup);
    } catch (error) {
      if (!(error instanceof DeviceLostError)) backup?.restore();
      throw error;
    } finally {
      backup?.dispose();
    }
  }

  reset(rows: readonly number[] | null): void {
    const fresh = initialState(this.#gpuModel.model.program, this.#batch);
    if (rows === null) {
      this.#saved = fresh;
      this.#pending = fresh;
      return;
    }
    const saved = copyState(this.#saved);
    copyRows(fresh, saved, rows);
    this.#saved = saved;
    if (this.#pending !== null) {
      const pending = copyState(this.#pending);
      copyRows(fresh, pending, rows);
      this.#pending = pending;
    } else if (this.#residence !== null) {
      this.#uploadRows(this.#residence, fresh, rows);
    }
  }

  async saveState(): Promise<SessionState> {
    if (this.#pending === null && this.#residence !== null)
      this.#saved = await this.#download(this.#residence);
    return copyState(this.#saved);
  }

  loadState(state: SessionState): void {
    this.#saved = copyState(state);
    this.#pending = this.#saved;
  }

  dispose(): void {
    this.#leave();
  }

  /** The device that the session is on; after a loss a new one, with the state that was last saved. */
  async #reside(): Promise<Residence> {
    const epoch = await this.#gpuModel.epoch();
    if (this.#residence?.epoch === epoch) return this.#residence;
    this.#leave();
    this.#pending = this.#saved;
    this.#residence = { epoch, buffers: new Map(), current: new Map(), plans: new Map(), states: [] };
    return this.#residence;
  }

  #leave(): void {
    if (this.#residence === null) return;
    for (const plan of this.#residence.plans.values()) plan.dispose();
    for (const buffer of this.#residence.buffers.values()) buffer.destroy();
    this.#residence = null;
  }

  async #plan(residence: Residence, timesteps: number, trace: boolean): Promise<MaterializedPlan> {
    const { epoch, plans } = residence;
    const key = `${timesteps}${trace ? ' traced' : ''}`;
    const known = plans.get(key);
    if (known !== undefined) {
      plans.delete(key);
      plans.set(key, known);
      return known;
    }
    const planned = this.#gpuModel.plan(epoch, { batch: this.#batch, timesteps, trace });
    const made = await MaterializedPlan.create(planned, epoch.context, (buffer) =>
      buffer.lifetime === 'model' ? this.#gpuModel.constant(epoch, buffer) : sessionBuffer(residence, buffer),
    );
    const [oldest] = plans.keys();
    if (plans.size >= KEPT_PLANS && oldest !== undefined) {
      plans.get(oldest)?.dispose();
      plans.delete(oldest);
    }
    plans.set(key, made);
    return made;
  }

  async #runSegments(
    request: RunRequest,
    residence: Residence,
    segments: readonly Segment[],
    plans: readonly MaterializedPlan[],
    backup: StateBackup | null,
  ): Promise<Int8Values> {
    const { context } = residence.epoch;
    const { model } = this.#gpuModel;
    const results = new CallResults(model, this.#batch, request);
    const total = plans.reduce((sum, plan) => sum + plan.submissions.length, 0);
    const isPaced = request.signal !== null || request.onProgress !== null;
    const reads: Promise<void>[] = [];
    let done = 0;
    for (const [index, segment] of segments.entries()) {
      const plan = at(plans, index);
      this.#uploadInputs(request, residence, plan, segment);
      this.#uploadLengths(request.lengths, residence, plan, segment);
      for (const [part, submission] of plan.submissions.entries()) {
        const last = segment.start + segment.timesteps - 1;
        const recorder = context.record(`timesteps ${segment.start} to ${last}, part ${part}`);
        if (done === 0) backup?.record(recorder);
        recordSubmission(recorder, submission, plan, residence.current);
        if (part < plan.submissions.length - 1) recorder.submit();
        else reads.push(results.read(recorder, plan, segment));
        done += 1;
        if (isPaced) {
          await context.idle();
          request.onProgress?.(done / total);
          if (done < total) request.signal?.throwIfAborted();
        }
      }
      // Two passes under way keep the device busy; more would only hold memory.
      if (index > 0) await reads[index - 1];
    }
    await Promise.all(reads);
    return results.values;
  }

  #uploadInputs(
    request: RunRequest,
    residence: Residence,
    { plan, buffers }: MaterializedPlan,
    segment: Segment,
  ): void {
    const { shapes } = this.#gpuModel.model;
    const sizes = { batch: this.#batch, timesteps: request.timesteps };
    for (const [id, values] of request.inputs) {
      const planned = plan.values.get(id);
      if (planned === undefined) continue;
      const slice = sliceTime(values, at(shapes.tensors, id), sizes, segment);
      const buffer = buffers.get(planned.range.buffer.key);
      if (buffer === undefined) throw new TypeError(`${planned.range.buffer.key} has no buffer`);
      residence.epoch.context.upload(
        buffer,
        slice instanceof Int8Array
          ? packRows(slice, planned.rows, planned.rowElements)
          : new Int32Array(slice),
        planned.range.offset,
      );
    }
  }

  /** Tells the device how long each row runs, if that is not, or was not, as long as the call. */
  #uploadLengths(
    lengths: Int32Array | null,
    residence: Residence,
    { plan }: MaterializedPlan,
    { start, timesteps }: Segment,
  ): void {
    if (lengths === null && !this.#hasLengths) return;
    this.#hasLengths = lengths !== null;
    const left = lengths?.map((length) => Math.min(Math.max(length - start, 0), timesteps)) ?? null;
    for (const { hidden, headWords } of distinctPairs(plan.states)) {
      for (const buffer of hidden.buffers) {
        residence.epoch.context.upload(sessionBuffer(residence, buffer), packStateHead(left, headWords));
      }
    }
  }

  /** Sends the host's copy of the state where the device does not have it yet. */
  #uploadPending(residence: Residence, { plan }: MaterializedPlan): void {
    const state = this.#pending;
    if (state === null) return;
    const { context } = residence.epoch;
    for (const { hidden, headWords } of distinctPairs(plan.states)) {
      residence.current.set(hidden.key, 0);
      for (const buffer of hidden.buffers) {
        context.upload(sessionBuffer(residence, buffer), packStateHead(null, headWords));
      }
    }
    residence.states = plan.states;
    plan.states.forEach((planned, index) => {
      this.#uploadLayer(residence, planned, at(state.layers, index), 0);
    });
    this.#hasLengths = false;
    this.#pending = null;
  }

  /** Overwrites some batch rows on the device with those of `state`. */
  #uploadRows(residence: Residence, state: SessionState, rows: readonly number[]): void {
    residence.states.forEach((planned, index) => {
      const { layer, hidden, cell } = at(state.layers, index);
      for (const row of rows) {
        const one = {
          layer,
          hidden: hidden.slice(row * planned.hiddenElements, (row + 1) * planned.hiddenElements),
          cell: cell.slice(row * planned.units, (row + 1) * planned.units),
        };
        this.#uploadLayer(residence, planned, one, row);
      }
    });
  }

  #uploadLayer(residence: Residence, planned: PlannedLayerState, state: LayerState, firstRow: number): void {
    const { context } = residence.epoch;
    const hidden = currentBuffer(residence, planned);
    context.upload(hidden, packHidden(state, planned), planned.hiddenOffset + hiddenBytes(planned, firstRow));
    const cell = sessionBuffer(residence, planned.cell.buffer);
    context.upload(cell, packCell(state, planned), planned.cell.offset + cellBytes(planned, firstRow));
  }

  async #download(residence: Residence): Promise<SessionState> {
    const batch = this.#batch;
    const ranges = residence.states.flatMap((planned) => [
      {
        buffer: currentBuffer(residence, planned),
        offsetBytes: planned.hiddenOffset,
        sizeBytes: hiddenBytes(planned, batch),
      },
      {
        buffer: sessionBuffer(residence, planned.cell.buffer),
        offsetBytes: planned.cell.offset,
        sizeBytes: cellBytes(planned, batch),
      },
    ]);
    if (ranges.length === 0) return { batch, layers: [] };
    const parts = await residence.epoch.context.record('save state').submitAndRead(ranges);
    const layers = residence.states.map((planned, index) =>
      unpackState(planned, batch, at(parts, 2 * index), at(parts, 2 * index + 1)),
    );
    return { batch, layers };
  }
}

function recordSubmission(
  recorder: CommandRecorder,
  submission: Submission,
  { dispatches }: MaterializedPlan,
  current: Map<string, 0 | 1>,
): void {
  for (const command of submission) {
    if (command.kind === 'exchange') {
      current.set(command.pair.key, otherIndex(currentIndex(current, command.pair)));
      continue;
    }
    const ready = dispatches.get(command);
    if (ready === undefined) throw new TypeError(`${command.contract.kernel} was not made ready`);
    const [x, y, z] = command.workgroups;
    recorder.dispatch(ready.bound[ready.pair === null ? 0 : currentIndex(current, ready.pair)], x, y, z);
  }
}

function currentIndex(current: ReadonlyMap<string, 0 | 1>, pair: StatePair): 0 | 1 {
  return current.get(pair.key) ?? 0;
}

function currentBuffer(residence: Residence, { hidden }: PlannedLayerState): GpuBuffer<'storage'> {
  return sessionBuffer(residence, hidden.buffers[currentIndex(residence.current, hidden)]);
}

/** The session's device buffer of a plan's; made when it is first asked for. */
function sessionBuffer({ epoch, buffers }: Residence, planned: PlannedBuffer): GpuBuffer<'storage'> {
  const known = buffers.get(planned.key);
  if (known !== undefined) return known;
  const made = epoch.context.createBuffer({
    label: planned.key,
    use: 'storage',
    sizeBytes: planned.byteLength,
  });
  buffers.set(planned.key, made);
  return made;
}

/** Each state pair once, with the words before its hidden rows; directions share theirs. */
function distinctPairs(
  states: readonly PlannedLayerState[],
): { readonly hidden: StatePair; readonly headWords: number }[] {
  const pairs = new Map<string, { hidden: StatePair; headWords: number }>();
  for (const { hidden, hiddenOffset } of states) {
    if (!pairs.has(hidden.key)) pairs.set(hidden.key, { hidden, headWords: hiddenOffset / 4 });
  }
  return [...pairs.values()];
}
