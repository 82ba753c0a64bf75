import { packRows } from '../../contract/packing';
import { at, DeviceLostError } from '../../errors';
import type { ExecutableModel, ComputedValues, RunRequest } from '../executor';
import type { Segment } from '../plan/segments';
import { CallResults } from './call-results';
import type { MaterializedPlan } from './materialized-plan';
import type { Residence } from './residence';
import { sliceTime } from './row-transfer';
import { StateBackup } from './state-backup';

/** A segment of a call with the plan that runs it. */
export interface Pass {
  readonly segment: Segment;
  readonly plan: MaterializedPlan;
}

/** One call of a session: its passes in order, each in submissions of bounded GPU time and one readback. */
export class GpuCall {
  readonly #model: ExecutableModel;
  readonly #batch: number;
  readonly #residence: Residence;
  readonly #request: RunRequest;
  readonly #passes: readonly Pass[];
  readonly #results: CallResults;
  readonly #submissions: number;
  #done = 0;
  /** Whether the device has taken on all of the call, so that its state is that after the call. */
  #hasAdvanced = false;

  constructor(
    model: ExecutableModel,
    batch: number,
    residence: Residence,
    request: RunRequest,
    passes: readonly Pass[],
  ) {
    this.#model = model;
    this.#batch = batch;
    this.#residence = residence;
    this.#request = request;
    this.#passes = passes;
    this.#results = new CallResults(model, batch, request);
    this.#submissions = passes.reduce((sum, { plan }) => sum + plan.submissions.length, 0);
  }

  /**
   * Advances the state that is on the device.
   *
   * @throws whatever ends the call early, the state being as it was; DeviceLostError, the state being gone.
   */
  async run(): Promise<ComputedValues> {
    const { onProgress, onTrace } = this.#request;
    // A single submission runs whole or not at all; then only the caller's own functions can make the call fail.
    const canFailHalfWay = this.#submissions > 1 || onProgress !== null || onTrace !== null;
    const backup = canFailHalfWay
      ? await StateBackup.withCopies(this.#residence)
      : StateBackup.withoutCopies(this.#residence);
    const reads: Promise<void>[] = [];
    try {
      for (const pass of this.#passes) {
        await this.#runPass(pass, reads);
        // Two passes under way keep the device busy; more would only hold memory.
        await this.#wait(reads.at(-2));
      }
      if (!canFailHalfWay) {
        this.#hasAdvanced = true;
        this.#request.onAdvanced();
      }
      for (const read of reads) await this.#wait(read);
      return this.#results.values;
    } catch (error) {
      // What is under way must not call back after the call has failed.
      await Promise.allSettled(reads);
      if (!(error instanceof DeviceLostError || this.#hasAdvanced)) backup.restore();
      throw error;
    } finally {
      backup.dispose();
    }
  }

  /** @param reads gets the pass's readback, which is waited for here only if the caller wants to know how it goes */
  async #runPass({ segment, plan }: Pass, reads: Promise<void>[]): Promise<void> {
    const { signal, onProgress } = this.#request;
    const { context } = this.#residence.epoch;
    const isPaced = onProgress !== null || (signal !== null && this.#submissions > 1);
    for (const [part, submission] of plan.submissions.entries()) {
      const label = labelOf(segment, part);
      const { result: read, verdict } = context.judged(`run ${label}`, () => {
        if (part === 0) {
          this.#uploadInputs(segment, plan);
          this.#residence.uploadLengths(this.#lengthsIn(segment));
        }
        const recorder = context.record(label);
        this.#residence.record(recorder, submission, plan);
        if (part === plan.submissions.length - 1) return this.#results.read(recorder, plan, segment);
        recorder.submit();
        return null;
      });
      if (read !== null) {
        // It is waited for in any case, though perhaps not before it fails.
        read.catch(() => undefined);
        reads.push(read);
      }
      await this.#wait(verdict);
      if (isPaced) await this.#wait(read ?? context.idle());
      this.#done += 1;
      onProgress?.(this.#done / this.#submissions);
      if (this.#done < this.#submissions) signal?.throwIfAborted();
    }
  }

  /** The session may be disposed of during any wait; nothing may be submitted for it then. */
  async #wait(promise: Promise<void> | undefined): Promise<void> {
    await promise;
    this.#residence.assertPresent();
  }

  #uploadInputs(segment: Segment, { plan, buffers }: MaterializedPlan): void {
    const sizes = { batch: this.#batch, timesteps: this.#request.timesteps };
    for (const [id, values] of this.#request.inputs) {
      const planned = plan.values.get(id);
      if (planned === undefined) continue;
      const slice = sliceTime(values, at(this.#model.shapes.tensors, id), sizes, segment);
      const buffer = buffers.get(planned.range.buffer.key);
      if (buffer === undefined) throw new TypeError(`${planned.range.buffer.key} has no buffer`);
      this.#residence.epoch.context.upload(
        buffer,
        slice instanceof Int8Array ? packRows(slice, planned.rows, planned.rowElements) : slice.slice(),
        planned.range.offset,
      );
    }
  }

  #lengthsIn({ start, timesteps }: Segment): Int32Array | null {
    const { lengths } = this.#request;
    return lengths?.map((length) => Math.min(Math.max(length - start, 0), timesteps)) ?? null;
  }
}

function labelOf({ start, timesteps }: Segment, part: number): string {
  return `timesteps ${start} to ${start + timesteps - 1}, part ${part}`;
}
