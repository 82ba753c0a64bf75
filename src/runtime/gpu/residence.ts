import { at, DisposedError } from '../../errors';
import type { CommandRecorder, GpuBuffer } from '../../gpu';
import type { LayerState, SessionState } from '../executor';
import type { CopyEnd, PlannedBuffer, PlannedLayerState, StatePair } from '../plan/plan';
import type { Submission } from '../plan/submissions';
import type { DeviceEpoch, GpuModel } from './gpu-model';
import { MaterializedPlan, otherIndex } from './materialized-plan';
import { cellBytes, hiddenBytes, packCell, packHidden, packStateHead, unpackState } from './state-transfer';

/** Plans that a session keeps for numbers of timesteps that it was called with. */
const KEPT_PLANS = 4;

/** Which buffer of each state pair is current, by the pair's key. */
export type StateRoles = ReadonlyMap<string, 0 | 1>;

/** What of a session lives on one device: its state, and plans that are ready to run. */
export class Residence {
  readonly epoch: DeviceEpoch;
  readonly #gpuModel: GpuModel;
  readonly #batch: number;
  /** Of the state, by key. */
  readonly #buffers = new Map<string, GpuBuffer<'storage'>>();
  /** By timesteps and whether they trace; the most recently used last. */
  readonly #plans = new Map<string, MaterializedPlan>();
  /** Where the layers' states lie; the same in every plan of the session. */
  #states: readonly PlannedLayerState[] = [];
  #roles = new Map<string, 0 | 1>();
  #hasLengths = false;
  #isLeft = false;

  constructor(gpuModel: GpuModel, epoch: DeviceEpoch, batch: number) {
    this.#gpuModel = gpuModel;
    this.epoch = epoch;
    this.#batch = batch;
  }

  get roles(): StateRoles {
    return new Map(this.#roles);
  }

  set roles(roles: StateRoles) {
    this.#roles = new Map(roles);
  }

  /** All buffers of the state. */
  get stateBuffers(): GpuBuffer<'storage'>[] {
    return [...this.#buffers.values()];
  }

  /**
   * The plan for this many timesteps, made if need be.
   *
   * @throws LimitError if it does not fit; ShaderError; DeviceLostError; DisposedError if the session left meanwhile.
   */
  async plan(timesteps: number, trace: boolean): Promise<MaterializedPlan> {
    const key = `${timesteps}${trace ? ' traced' : ''}`;
    const known = this.#plans.get(key);
    if (known !== undefined) {
      this.#plans.delete(key);
      this.#plans.set(key, known);
      return known;
    }
    const made = await this.#makePlan(timesteps, trace);
    const [oldest] = this.#plans.keys();
    if (this.#plans.size >= KEPT_PLANS && oldest !== undefined) {
      this.#plans.get(oldest)?.dispose();
      this.#plans.delete(oldest);
    }
    this.#plans.set(key, made);
    return made;
  }

  /** Frees all plans; the state stays. */
  forgetPlans(): void {
    for (const plan of this.#plans.values()) plan.dispose();
    this.#plans.clear();
  }

  /** Overwrites the state of all batch rows; there has to be a plan. */
  uploadState(state: SessionState): void {
    this.#roles.clear();
    this.#uploadHeads(null);
    this.#states.forEach((planned, index) => {
      this.#uploadLayer(planned, at(state.layers, index), 0);
    });
  }

  /** Overwrites the state of some batch rows with theirs in `state`. */
  uploadRows(state: SessionState, rows: Iterable<number>): void {
    for (const row of rows) {
      this.#states.forEach((planned, index) => {
        const { layer, hidden, cell } = at(state.layers, index);
        const one = {
          layer,
          hidden: hidden.slice(row * planned.hiddenElements, (row + 1) * planned.hiddenElements),
          cell: cell.slice(row * planned.units, (row + 1) * planned.units),
        };
        this.#uploadLayer(planned, one, row);
      });
    }
  }

  /**
   * Tells the device how long each row runs, if that is not, or was not, as long as the pass.
   *
   * @param lengths timesteps of the next pass that each batch row takes part in; null if all do in all
   */
  uploadLengths(lengths: ArrayLike<number> | null): void {
    if (lengths !== null || this.#hasLengths) this.#uploadHeads(lengths);
  }

  /** Reads the state of all batch rows. */
  async downloadState(): Promise<SessionState> {
    const batch = this.#batch;
    if (this.#states.length === 0) return { batch, layers: [] };
    const parts = await this.epoch.context.record('save state').submitAndRead(
      this.#states.flatMap((planned) => [
        {
          buffer: this.#currentBuffer(planned),
          offsetBytes: planned.hiddenOffset,
          sizeBytes: hiddenBytes(planned, batch),
        },
        {
          buffer: this.#stateBuffer(planned.cell.buffer),
          offsetBytes: planned.cell.offset,
          sizeBytes: cellBytes(planned, batch),
        },
      ]),
    );
    const layers = this.#states.map((planned, index) =>
      unpackState(planned, batch, at(parts, 2 * index), at(parts, 2 * index + 1)),
    );
    return { batch, layers };
  }

  /** Records the commands of a submission, each dispatch with the state buffers in the roles that they have by then. */
  record(recorder: CommandRecorder, submission: Submission, plan: MaterializedPlan): void {
    for (const command of submission) {
      if (command.kind === 'exchange') {
        this.#roles.set(command.pair.key, otherIndex(this.#roleOf(command.pair)));
        continue;
      }
      if (command.kind === 'copy') {
        const { from, to, byteLength: sizeBytes } = command;
        const buffer = this.#copyEnd(from, plan);
        recorder.copy({ buffer, offsetBytes: from.offset, sizeBytes }, this.#copyEnd(to, plan), to.offset);
        continue;
      }
      const ready = plan.dispatches.get(command);
      if (ready === undefined) throw new TypeError(`${command.contract.kernel} was not made ready`);
      const [x, y, z] = command.workgroups;
      recorder.dispatch(ready.bound[ready.pair === null ? 0 : this.#roleOf(ready.pair)], x, y, z);
    }
  }

  /** @throws DisposedError once the session left; what is under way then has to stop. */
  assertPresent(): void {
    if (this.#isLeft) throw new DisposedError('this session was disposed; create another from the model');
  }

  /** Frees everything of the session. */
  leave(): void {
    this.#isLeft = true;
    this.forgetPlans();
    for (const buffer of this.#buffers.values()) buffer.destroy();
    this.#buffers.clear();
  }

  async #makePlan(timesteps: number, trace: boolean): Promise<MaterializedPlan> {
    const { epoch } = this;
    const planned = this.#gpuModel.plan(epoch, { batch: this.#batch, timesteps, trace });
    let made: MaterializedPlan;
    try {
      made = await MaterializedPlan.create(planned, epoch.context, (buffer) =>
        buffer.lifetime === 'model' ? this.#gpuModel.constant(epoch, buffer) : this.#stateBuffer(buffer),
      );
    } catch (error) {
      this.#gpuModel.discardUnverified(epoch);
      throw error;
    }
    this.#gpuModel.markVerified(epoch);
    if (this.#isLeft) made.dispose();
    this.assertPresent();
    this.#states = planned.states;
    return made;
  }

  #uploadHeads(lengths: ArrayLike<number> | null): void {
    this.#hasLengths = lengths !== null;
    for (const { hidden, headWords } of distinctPairs(this.#states)) {
      for (const buffer of hidden.buffers) {
        this.epoch.context.upload(this.#stateBuffer(buffer), packStateHead(lengths, headWords));
      }
    }
  }

  #uploadLayer(planned: PlannedLayerState, state: LayerState, firstRow: number): void {
    const { context } = this.epoch;
    context.upload(
      this.#currentBuffer(planned),
      packHidden(state, planned),
      planned.hiddenOffset + hiddenBytes(planned, firstRow),
    );
    context.upload(
      this.#stateBuffer(planned.cell.buffer),
      packCell(state, planned),
      planned.cell.offset + cellBytes(planned, firstRow),
    );
  }

  #roleOf({ key }: StatePair): 0 | 1 {
    return this.#roles.get(key) ?? 0;
  }

  #currentBuffer({ hidden }: PlannedLayerState): GpuBuffer<'storage'> {
    return this.#stateBuffer(hidden.buffers[this.#roleOf(hidden)]);
  }

  /** The buffer at one end of a copy. */
  #copyEnd({ buffer }: CopyEnd, { buffers }: MaterializedPlan): GpuBuffer<'storage'> {
    const role = 'pair' in buffer ? this.#roleOf(buffer.pair) : 0;
    const planned =
      'pair' in buffer ? buffer.pair.buffers[buffer.role === 'current' ? role : otherIndex(role)] : buffer;
    if (planned.lifetime !== 'plan') return this.#stateBuffer(planned);
    const found = buffers.get(planned.key);
    if (found === undefined) throw new TypeError(`${planned.key} has no buffer`);
    return found as GpuBuffer<'storage'>;
  }

  /** The device buffer of a plan's; made when it is first asked for. */
  #stateBuffer({ key, byteLength }: PlannedBuffer): GpuBuffer<'storage'> {
    this.assertPresent();
    const known = this.#buffers.get(key);
    if (known !== undefined) return known;
    const made = this.epoch.context.createBuffer({ label: key, use: 'storage', sizeBytes: byteLength });
    this.#buffers.set(key, made);
    return made;
  }
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
