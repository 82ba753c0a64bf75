import { at } from '../errors';
import type { LoweredLstm } from '../lower/lstm';
import type { TensorId } from '../model';
import { evaluateShapes } from '../model/shapes';
import type { LstmStepEvent } from '../reference/lstm_sequence';
import type {
  ExecutableModel,
  Executor,
  Int8Values,
  LayerTrace,
  RunRequest,
  SessionState,
  TensorValue,
} from './executor';
import { copyRows, copyState, initialState } from './layer-state';
import { sequenceLayout } from './layer-sizes';
import { runReferenceOp } from './reference-ops';
import { createTrace, recordStep } from './trace-recorder';

/** Runs a session on the CPU by the kernels' twins: the definition of every bit, and the backend where no GPU is. */
export class ReferenceExecutor implements Executor {
  readonly #model: ExecutableModel;
  readonly #batch: number;
  #state: SessionState;

  constructor(model: ExecutableModel, batch: number) {
    this.#model = model;
    this.#batch = batch;
    this.#state = initialState(model.program, batch);
  }

  async run(request: RunRequest): Promise<Int8Values> {
    const { inputs, timesteps, lengths, signal, onProgress, onTrace, wanted } = request;
    const { program } = this.#model;
    const shapes = evaluateShapes(this.#model.shapes, { batch: this.#batch, timesteps });
    const state = copyState(this.#state);
    const values = new Map<TensorId, TensorValue>(inputs);
    for (const [index, lowered] of program.ops.entries()) {
      signal?.throwIfAborted();
      const traces = lowered.kind === 'lstm' && onTrace !== null ? tracesOf(lowered, shapes) : null;
      const onStep =
        traces === null
          ? null
          : (direction: number, event: LstmStepEvent): void => {
              recordStep(at(traces, direction), event);
            };
      runReferenceOp(lowered, { graph: program.graph, shapes, lengths, state, values, onStep });
      traces?.forEach((trace) => onTrace?.(trace));
      onProgress?.((index + 1) / program.ops.length);
      if (signal !== null || onProgress !== null) await yieldToHost();
    }
    signal?.throwIfAborted();
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
): Int8Values {
  const results = new Map<TensorId, Int8Array>();
  for (const id of wanted) {
    const value = values.get(id);
    if (value instanceof Int8Array) results.set(id, value);
  }
  return results;
}

/** Lets timers, input and abort signals through between ops. */
function yieldToHost(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
