import { MismatchError } from '../errors';
import type { TensorId } from '../model';
import { checkLstm } from './check-lstm';
import type { CheckedCall } from './check-lstm';
import { checkOp, producedTensors } from './check-op';
import type {
  ExecutableModel,
  Executor,
  ComputedValues,
  LayerTrace,
  RunRequest,
  SessionState,
  TensorValue,
} from './executor';

/** How much of a GPU's work is compared with the reference. */
export type CheckMode = 'off' | 'sample' | 'every';

/**
 * Holds another executor to the reference, op by op and timestep by timestep: every op is repeated by its twin on the very
 * values that the other executor gave it, so the first difference names the op, timestep, stage and unit at fault and not
 * one of its consequences.
 */
export class CheckedExecutor implements Executor {
  readonly #inner: Executor;
  readonly #model: ExecutableModel;
  readonly #batch: number;
  readonly #mode: Exclude<CheckMode, 'off'>;
  #comparedValues = 0;

  constructor(inner: Executor, model: ExecutableModel, batch: number, mode: Exclude<CheckMode, 'off'>) {
    this.#inner = inner;
    this.#model = model;
    this.#batch = batch;
    this.#mode = mode;
  }

  get comparedValues(): number {
    return this.#comparedValues;
  }

  async run(request: RunRequest): Promise<ComputedValues> {
    const { program } = this.#model;
    const before = await this.#inner.saveState();
    const traces: LayerTrace[] = [];
    const produced = program.ops.flatMap(producedTensors);
    const values = await this.#inner.run({
      ...request,
      wanted: [...new Set([...request.wanted, ...produced])],
      // The next call has to wait for the check, which may send the state back.
      onAdvanced: () => undefined,
      onTrace: (trace) => {
        traces.push(trace);
        request.onTrace?.(trace);
      },
    });
    const call: CheckedCall = {
      model: this.#model,
      batch: this.#batch,
      timesteps: request.timesteps,
      lengths: request.lengths,
      before,
      after: await this.#inner.saveState(),
      traces,
      known: new Map<TensorId, TensorValue>([...request.inputs, ...values]),
    };
    try {
      this.#comparedValues += this.#check(call);
    } catch (error) {
      this.#inner.loadState(before);
      throw error;
    }
    return values;
  }

  reset(rows: readonly number[] | null): void {
    this.#inner.reset(rows);
  }

  saveState(): Promise<SessionState> {
    return this.#inner.saveState();
  }

  loadState(state: SessionState): void {
    this.#inner.loadState(state);
  }

  loadRows(state: SessionState, rows: readonly number[]): void {
    this.#inner.loadRows(state, rows);
  }

  dispose(): void {
    this.#inner.dispose();
  }

  /** A sample finds that something differs; where it began takes every timestep. */
  #check(call: CheckedCall): number {
    if (this.#mode === 'every') return checkOps(call, true);
    try {
      return checkOps(call, false);
    } catch (error) {
      if (error instanceof MismatchError) checkOps(call, true);
      throw error;
    }
  }
}

function checkOps(call: CheckedCall, every: boolean): number {
  return call.model.program.ops.reduce(
    (compared, lowered) =>
      compared + (lowered.kind === 'lstm' ? checkLstm(lowered, call, every) : checkOp(lowered, call)),
    0,
  );
}
