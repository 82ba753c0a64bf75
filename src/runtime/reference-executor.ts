import { at, LimitError } from '../errors';
import type { LoweredLstm } from '../lower/lstm';
import type { LoweredOp, Program } from '../lower/program';
import type { TensorId } from '../model';
import { evaluateShapes } from '../model/shapes';
import type { LstmStepEvent, StepRange } from '../reference/lstm_sequence';
import type {
  ComputedValue,
  ComputedValues,
  ExecutableModel,
  Executor,
  LayerTrace,
  RunRequest,
  SessionState,
  TensorValue,
} from './executor';
import { copyRows, copyState, initialState, placeRows, statefulLayers } from './layer-state';
import { sequenceLayout } from './layer-sizes';
import { runReferenceOp } from './reference-ops';
import { createTrace, recordStep } from './trace-recorder';

/** Bytes of state that a session may have: what one array can hold everywhere. */
const MAX_STATE_BYTES = 2 ** 31 - 1;

/** Multiply-accumulates between two turns of the host, some tens of milliseconds. */
const WORK_PER_TURN = 2 ** 24;

/** Runs a session on the CPU by the kernels' twins: the definition of every bit, and the backend where no GPU is. */
export class ReferenceExecutor implements Executor {
  readonly comparedValues = 0;
  readonly #model: ExecutableModel;
  readonly #batch: number;
  #state: SessionState;

  /** @throws LimitError if so large a batch has more state than fits into memory. */
  constructor(model: ExecutableModel, batch: number) {
    requireRoom(model.program, batch);
    this.#model = model;
    this.#batch = batch;
    this.#state = initialState(model.program, batch);
  }

  async run(request: RunRequest): Promise<ComputedValues> {
    const { inputs, timesteps, lengths, signal, onProgress, onTrace, wanted } = request;
    const { program } = this.#model;
    const shapes = evaluateShapes(this.#model.shapes, { batch: this.#batch, timesteps });
    const state = copyState(this.#state);
    const values = new Map<TensorId, TensorValue>(inputs);
    const isPaced = signal !== null || onProgress !== null;
    for (const [index, lowered] of program.ops.entries()) {
      const traces = lowered.kind === 'lstm' && onTrace !== null ? tracesOf(lowered, shapes) : null;
      const onStep =
        traces === null
          ? null
          : (direction: number, event: LstmStepEvent): void => {
              recordStep(at(traces, direction), event);
            };
      const turns = isPaced ? turnsOf(lowered, shapes) : [null];
      for (const [turn, steps] of turns.entries()) {
        runReferenceOp(lowered, { graph: program.graph, shapes, lengths, state, values, steps, onStep });
        onProgress?.((index + (turn + 1) / turns.length) / program.ops.length);
        if (isPaced) await yieldToHost();
        const isDone = index === program.ops.length - 1 && turn === turns.length - 1;
        if (!isDone) signal?.throwIfAborted();
      }
      traces?.forEach((trace) => onTrace?.(trace));
    }
    this.#state = state;
    return wantedValues(values, wanted);
  }

  reset(rows: readonly number[] | null): void {
    const fresh = initialState(this.#model.program, this.#batch);
    if (rows === null) this.#state = fresh;
    else copyRows(fresh, this.#state, rows);
  }

  saveState(): Promise<SessionState> {
    return Promise.resolve(copyState(this.#state));
  }

  loadState(state: SessionState): void {
    this.#state = copyState(state);
  }

  loadRows(state: SessionState, rows: readonly number[]): void {
    placeRows(state, this.#state, rows);
  }

  dispose(): void {
    this.#state = { batch: 0, layers: [] };
  }
}

function tracesOf(lowered: LoweredLstm, shapes: readonly (readonly number[])[]): LayerTrace[] {
  const layout = sequenceLayout(lowered.op, at(shapes, lowered.op.input));
  return lowered.directions.map((_, index) => createTrace(lowered, index, layout, 0));
}

function wantedValues(
  values: ReadonlyMap<TensorId, TensorValue>,
  wanted: readonly TensorId[],
): ComputedValues {
  const results = new Map<TensorId, ComputedValue>();
  for (const id of wanted) {
    const value = values.get(id);
    if (value !== undefined && !(value instanceof Int32Array)) results.set(id, value);
  }
  return results;
}

/** Timesteps of an LSTM that run between two turns of the host; null for an op that runs at once. */
function turnsOf(lowered: LoweredOp, shapes: readonly (readonly number[])[]): (StepRange | null)[] {
  if (lowered.kind !== 'lstm') return [null];
  const { batch, timesteps } = sequenceLayout(lowered.op, at(shapes, lowered.op.input));
  const { units, inputElements, outputElements } = at(lowered.directions, 0);
  const workPerStep = lowered.directions.length * batch * 4 * units * (inputElements + outputElements);
  const steps = Math.max(1, Math.floor(WORK_PER_TURN / workPerStep));
  return Array.from({ length: Math.ceil(timesteps / steps) }, (_, turn) => ({
    first: turn * steps,
    end: Math.min(timesteps, (turn + 1) * steps),
  }));
}

function requireRoom(program: Program, batch: number): void {
  for (const { layer, parameters } of statefulLayers(program)) {
    const bytes = batch * (parameters.outputElements + parameters.units * Int16Array.BYTES_PER_ELEMENT);
    if (bytes > MAX_STATE_BYTES) {
      throw new LimitError(
        `${layer}: the state of ${batch} batch rows takes ${bytes} bytes; at most ${MAX_STATE_BYTES} are held, use a smaller batch`,
      );
    }
  }
}

/** Lets timers, input and abort signals through. */
function yieldToHost(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
