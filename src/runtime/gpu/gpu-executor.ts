import { DeviceLostError } from '../../errors';
import type { Executor, ComputedValues, RunRequest, SessionState } from '../executor';
import { copyRows, copyState, initialState, placeRows } from '../layer-state';
import { segmentsOf } from '../plan/segments';
import type { Segment } from '../plan/segments';
import { GpuCall } from './gpu-call';
import type { Pass } from './gpu-call';
import type { GpuModel } from './gpu-model';
import { Residence } from './residence';

/** How a call was cut; a stream's next one is of the same size. */
interface CutCall {
  readonly timesteps: number;
  readonly isTracing: boolean;
  readonly segments: readonly Segment[];
}

/**
 * Runs a session on the GPU. A call is cut into segments (timesteps that fit into memory) and those into submissions
 * (work that no watchdog minds); results come back in one readback per segment.
 *
 * The state lives on the device from the first call on. The host keeps a copy from when it was last saved, loaded or reset,
 * and goes back to it when the device is lost.
 */
export class GpuExecutor implements Executor {
  readonly comparedValues = 0;
  readonly #gpuModel: GpuModel;
  readonly #batch: number;
  /** The host's copy; `#rowsToUpload` are newer in it than on the device. */
  #saved: SessionState;
  /** Null before the first call, and after a loss. */
  #residence: Residence | null = null;
  /** Whether the device has the state; if not, the host's copy is it. */
  #isOnDevice = false;
  /** Batch rows that the device has yet to take from the host's copy. */
  readonly #rowsToUpload = new Set<number>();
  /** Calls whose results are not back yet, the oldest first. */
  readonly #underWay: Promise<void>[] = [];
  #segments: CutCall | null = null;

  /** @throws LimitError if the batch does not fit into WebGPU's default limits. */
  constructor(gpuModel: GpuModel, batch: number) {
    gpuModel.requireRoom(batch);
    this.#gpuModel = gpuModel;
    this.#batch = batch;
    this.#saved = initialState(gpuModel.model.program, batch);
  }

  async run(request: RunRequest): Promise<ComputedValues> {
    // More than two would only hold memory.
    if (this.#underWay.length > 1) await this.#underWay[0];
    const call = this.#run(request, [...this.#underWay]);
    const leave = (): void => {
      void this.#underWay.splice(this.#underWay.indexOf(ended), 1);
    };
    const ended: Promise<void> = call.then(leave, leave);
    this.#underWay.push(ended);
    return call;
  }

  /** @param earlier calls that the results of this one come after */
  async #run(request: RunRequest, earlier: readonly Promise<void>[]): Promise<ComputedValues> {
    const { model } = this.#gpuModel;
    const isTracing = request.onTrace !== null;
    const segments = this.#segmentsOf(request.timesteps, isTracing);
    const residence = await this.#reside();
    try {
      const passes: Pass[] = [];
      for (const segment of segments) {
        passes.push({ segment, plan: await residence.plan(segment.timesteps, isTracing) });
      }
      this.#uploadChanges(residence);
      return await new GpuCall(model, this.#batch, residence, request, passes).run();
    } catch (error) {
      // They have what they need on this device. Should it be lost, the first to know leaves it.
      await Promise.all(earlier);
      if (residence === this.#residence) {
        if (error instanceof DeviceLostError || !this.#isOnDevice) this.#leave();
        // Their buffers may be what failed; kernels stay compiled.
        else residence.forgetPlans();
      }
      throw error;
    }
  }

  #segmentsOf(timesteps: number, isTracing: boolean): readonly Segment[] {
    if (this.#segments?.timesteps !== timesteps || this.#segments.isTracing !== isTracing) {
      const { model, passBytes } = this.#gpuModel;
      const segments = segmentsOf(model, this.#batch, timesteps, isTracing, passBytes);
      this.#segments = { timesteps, isTracing, segments };
    }
    return this.#segments.segments;
  }

  reset(rows: readonly number[] | null): void {
    const fresh = initialState(this.#gpuModel.model.program, this.#batch);
    if (rows === null) {
      this.#replaceState(fresh);
      return;
    }
    copyRows(fresh, this.#saved, rows);
    this.#uploadLater(rows);
  }

  async saveState(): Promise<SessionState> {
    if (this.#isOnDevice && this.#residence !== null) {
      try {
        const state = await this.#residence.downloadState();
        copyRows(this.#saved, state, [...this.#rowsToUpload]);
        this.#saved = state;
      } catch (error) {
        if (error instanceof DeviceLostError) this.#leave();
        throw error;
      }
    }
    return copyState(this.#saved);
  }

  loadState(state: SessionState): void {
    this.#replaceState(copyState(state));
  }

  loadRows(state: SessionState, rows: readonly number[]): void {
    placeRows(state, this.#saved, rows);
    this.#uploadLater(rows);
  }

  dispose(): void {
    this.#leave();
  }

  /**
   * Where the session is, on a new device after a loss.
   *
   * @throws DeviceLostError, once, if a state went with the device; from then on the host's copy is the state.
   */
  async #reside(): Promise<Residence> {
    const epoch = await this.#gpuModel.epoch();
    if (this.#residence !== null && this.#residence.epoch !== epoch) {
      const { context } = this.#residence.epoch;
      const isStateLost = this.#isOnDevice;
      this.#leave();
      if (isStateLost) throw await context.lost;
    }
    this.#residence ??= new Residence(this.#gpuModel, epoch, this.#batch);
    return this.#residence;
  }

  /** Brings the device up to what the host did since the last call. */
  #uploadChanges(residence: Residence): void {
    if (this.#isOnDevice) residence.uploadRows(this.#saved, this.#rowsToUpload);
    else residence.uploadState(this.#saved);
    this.#isOnDevice = true;
    this.#rowsToUpload.clear();
  }

  #uploadLater(rows: readonly number[]): void {
    if (this.#isOnDevice) for (const row of rows) this.#rowsToUpload.add(row);
  }

  #replaceState(state: SessionState): void {
    this.#saved = state;
    this.#isOnDevice = false;
    this.#rowsToUpload.clear();
  }

  /** Back to the host's copy, with nothing on any device. */
  #leave(): void {
    this.#residence?.leave();
    this.#residence = null;
    this.#isOnDevice = false;
    this.#rowsToUpload.clear();
  }
}
