import { at, DisposedError, InputError } from '../errors';
import type { Program } from '../lower/program';
import { dequantizeValues, quantizeValues } from '../lower/real-values';
import { requireTableRows } from '../lower/table-rows';
import type { Quantization, TensorId } from '../model';
import { elementCount, evaluateShapes } from '../model/shapes';
import type { ExecutableModel, Executor, LayerTrace, SessionState, TensorValue } from './executor';
import { inFlight } from './in-flight';
import { copyState, statefulLayers, takeRows } from './layer-state';
import { programInputs, programOutputs } from './program-ends';
import type { ProgramEnd } from './program-ends';

/** Values of a tensor: int8 as the model holds them, or real numbers that are quantized and dequantized for the caller. */
export type Values = Int8Array | Float32Array;

/** Values of a model input; int32 where the model looks rows of a table up, such as words of an embedding. */
export type InputValues = Values | Int32Array;

/** What a call may be given beside its input. */
export interface RunOptions {
  /** Timesteps of each batch row; the rest of a shorter row is ignored, and its outputs are the zero point. */
  readonly lengths?: Int32Array;
  /** Ends the call between submissions; the session's state stays as it was before the call. */
  readonly signal?: AbortSignal;
  /** Told how much of the call is done, 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
  /** Gets every stage of every LSTM timestep; slow, meant for looking inside. */
  readonly onTrace?: (trace: LayerTrace) => void;
}

/** Frames of a stream that run at a time: one that is computed, and one whose result is on its way. */
const FRAMES_IN_FLIGHT = 2;

/**
 * A batch of independent sequences with their own LSTM state, which carries over from call to call. Sessions of one model
 * share its weights. Calls run in the order they are made in; a short one may start while the results of the one before are
 * still on their way back.
 */
export class Session {
  readonly #model: ExecutableModel;
  readonly #executor: Executor;
  readonly #onDispose: () => void;
  readonly #inputs: readonly ProgramEnd[];
  readonly #outputs: readonly ProgramEnd[];
  #tail: Promise<unknown> = Promise.resolve();
  #disposed = false;

  /** Sessions come from `model.createSession`. */
  constructor(
    model: ExecutableModel,
    executor: Executor,
    /** Independent sequences that advance together. */
    readonly batch: number,
    onDispose: () => void,
  ) {
    this.#model = model;
    this.#executor = executor;
    this.#onDispose = onDispose;
    this.#inputs = programInputs(model.program);
    this.#outputs = programOutputs(model.program);
  }

  /**
   * Runs some timesteps of every batch row.
   *
   * @param input `[batch, time, features]` row-major (or as the model lays its input out); the number of timesteps follows
   * from its length. int8 values are taken as they are, float32 ones are quantized by the input's scale.
   * @returns the model's output in the input's type
   * @throws InputError for a wrong length or type, or a model with several inputs or outputs, or with an output in float32 alone;
   * LimitError if the call does
   * not fit; MismatchError in a checked session; DisposedError; the signal's reason. After any of them the state is as it was.
   * DeviceLostError: the state is that of the last `saveState`, `loadState` or `reset`; a checked session saves after each
   * call.
   */
  async run(input: Int8Array | Int32Array, options?: RunOptions): Promise<Int8Array>;
  async run(input: Float32Array, options?: RunOptions): Promise<Float32Array>;
  async run(input: InputValues, options: RunOptions = {}): Promise<Values> {
    const [inputEnd, ...otherInputs] = this.#inputs;
    const [outputEnd, ...otherOutputs] = this.#outputs;
    if (inputEnd === undefined || outputEnd === undefined || otherInputs.length + otherOutputs.length > 0) {
      throw new InputError(
        `run: the model has ${this.#inputs.length} inputs and ${this.#outputs.length} outputs; use runNamed`,
      );
    }
    if (outputEnd.inner.dtype === 'float32' && !(input instanceof Float32Array)) {
      throw new InputError(
        `run: the output "${outputEnd.name}" is computed in float32, and the input is not float32; use runNamed`,
      );
    }
    const outputs = await this.runNamed({ [inputEnd.name]: input }, options);
    const output = outputs[outputEnd.name];
    if (output === undefined) throw new TypeError(`output ${outputEnd.name} is missing`);
    return output;
  }

  /**
   * Like `run`, for models with any number of inputs and outputs.
   *
   * @param inputs values by tensor name; all int8 or all float32, apart from int32 ones
   * @returns all outputs by tensor name: float32 if there are float32 inputs, or where an island ends, else int8
   */
  async runNamed(
    inputs: Readonly<Record<string, InputValues>>,
    options: RunOptions = {},
  ): Promise<Record<string, Values>> {
    this.#checkUsable();
    const timesteps = this.#timestepsOf(inputs);
    const lengths = this.#lengthsOf(options.lengths, timesteps);
    const innerValues = new Map<TensorId, TensorValue>();
    let real = false;
    for (const end of this.#inputs) {
      const values = inputs[end.name];
      if (values === undefined) continue;
      if (values instanceof Float32Array) real = true;
      if (values instanceof Int32Array) requirePositions(this.#model.program, end, values);
      innerValues.set(end.innerId, innerValue(end, values));
    }
    return this.#enqueue(async (onAdvanced) => {
      options.signal?.throwIfAborted();
      const values = await this.#executor.run({
        inputs: innerValues,
        timesteps,
        lengths,
        signal: options.signal ?? null,
        onProgress: options.onProgress ?? null,
        onTrace: options.onTrace ?? null,
        wanted: this.#outputs.map(({ innerId }) => innerId),
        onAdvanced,
      });
      return Object.fromEntries(
        this.#outputs.map((end) => {
          const value = values.get(end.innerId);
          if (value === undefined || value instanceof Int16Array) {
            throw new TypeError(`output ${end.name} has no value that leaves a model`);
          }
          const isFinal = !real || value instanceof Float32Array;
          return [end.name, isFinal ? value : dequantizeValues(value, quantizationOf(end))];
        }),
      );
    });
  }

  /**
   * Runs frames as they come, state carried from each to the next. A frame that is there already starts before the result of
   * the one before it is back; whoever leaves the loop early leaves up to that many frames more behind in the state.
   *
   * @param frames inputs of `run`, any number of timesteps each
   */
  stream<V extends Values>(
    frames: AsyncIterable<V> | Iterable<V>,
    options: Pick<RunOptions, 'signal'> = {},
  ): AsyncGenerator<V, void, undefined> {
    return inFlight(
      frames,
      // The overloads of `run` say that a result has its input's type, for one type at a time.
      (frame) =>
        (frame instanceof Float32Array ? this.run(frame, options) : this.run(frame, options)) as Promise<V>,
      FRAMES_IN_FLIGHT,
    );
  }

  /**
   * Back to the state of a new session.
   *
   * @param rows batch rows to reset; all without it
   * @throws InputError for a row outside the batch.
   */
  reset(rows?: readonly number[]): void {
    this.#checkUsable();
    this.#checkRows('reset', rows ?? []);
    const copy = rows === undefined ? null : [...rows];
    this.#enqueueVoid(() => {
      this.#executor.reset(copy);
    });
  }

  /**
   * A copy of the state after all calls made so far; what the session goes back to if the device is lost.
   *
   * @param rows batch rows to return, in this order; all without it
   * @throws InputError for a row outside the batch; DeviceLostError, as `run` does; DisposedError.
   */
  async saveState(rows?: readonly number[]): Promise<SessionState> {
    this.#checkUsable();
    this.#checkRows('saveState', rows ?? []);
    const wanted = rows === undefined ? null : [...rows];
    const state = await this.#enqueue(() => this.#executor.saveState());
    return wanted === null ? state : takeRows(state, wanted);
  }

  /**
   * Continues from a saved state.
   *
   * @param rows batch rows that take the state's rows, in this order, while the others go on as they are; all without it
   * @throws InputError if it is of another batch, or not of as many rows, or of another model; for a row outside the batch
   * or named twice.
   */
  loadState(state: SessionState, rows?: readonly number[]): void {
    this.#checkUsable();
    this.#checkRows('loadState', rows ?? []);
    if (rows !== undefined && new Set(rows).size !== rows.length) {
      throw new InputError(`loadState: a batch row is named twice in ${rows.join(', ')}`);
    }
    this.requireState(state, rows?.length ?? this.batch);
    const copy = copyState(state);
    const places = rows === undefined ? null : [...rows];
    this.#enqueueVoid(() => {
      if (places === null) this.#executor.loadState(copy);
      else this.#executor.loadRows(copy, places);
    });
  }

  /**
   * What `loadState` asks of a state.
   *
   * @param rows batch rows that it has to have
   * @throws InputError if it has not as many, or is of another model.
   */
  requireState({ batch, layers }: SessionState, rows = this.batch): void {
    if (batch !== rows) {
      const place = rows === this.batch ? 'this session' : 'the batch rows to load are';
      throw new InputError(`loadState: the state has a batch of ${batch}, ${place} ${rows}`);
    }
    const expected = statefulLayers(this.#model.program);
    if (layers.length !== expected.length) {
      throw new InputError(`loadState: the state has ${layers.length} layers, this model ${expected.length}`);
    }
    expected.forEach(({ layer, parameters }, index) => {
      const found = at(layers, index);
      if (!(found.hidden instanceof Int8Array && found.cell instanceof Int16Array)) {
        throw new InputError(
          `loadState: layer ${index} must hold an Int8Array of hidden and an Int16Array of cell values`,
        );
      }
      const hidden = batch * parameters.outputElements;
      const cell = batch * parameters.units;
      if (found.layer !== layer || found.hidden.length !== hidden || found.cell.length !== cell) {
        throw new InputError(
          `loadState: layer ${index} is ${found.layer} with ${found.hidden.length} hidden and ${found.cell.length} cell values; ` +
            `this model's is ${layer} with ${hidden} and ${cell}`,
        );
      }
    });
  }

  /** Values that `check` compared with the reference so far, all equal; 0 in a session that is not checked. */
  get comparedValues(): number {
    return this.#executor.comparedValues;
  }

  /** Returns the session's memory; calls that are under way or wait for their turn throw DisposedError. Idempotent. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#executor.dispose();
    this.#onDispose();
  }

  #checkUsable(): void {
    if (this.#disposed) throw new DisposedError('this session was disposed; create another from the model');
  }

  /**
   * Runs `work` after everything that was called before, also after what failed. What follows begins when `work` is done, or
   * has called `onAdvanced`.
   */
  #enqueue<T>(work: (onAdvanced: () => void) => Promise<T>): Promise<T> {
    let advance = (): void => undefined;
    const advanced = new Promise<void>((resolve) => {
      advance = resolve;
    });
    const result = this.#tail.then(async () => {
      this.#checkUsable();
      try {
        return await work(advance);
      } finally {
        this.#checkUsable();
      }
    });
    result.then(advance, advance);
    this.#tail = advanced;
    return result;
  }

  #enqueueVoid(work: () => void): void {
    this.#tail = this.#tail.then(() => {
      if (!this.#disposed) work();
    });
  }

  #timestepsOf(inputs: Readonly<Record<string, InputValues>>): number {
    const unknown = Object.keys(inputs).find((name) => !this.#inputs.some((end) => end.name === name));
    if (unknown !== undefined) {
      throw new InputError(
        `there is no input "${unknown}"; the model's are ${this.#inputs.map(({ name }) => `"${name}"`).join(', ')}`,
      );
    }
    const { shapes } = this.#model;
    let timesteps: number | null = shapes.timesteps.fixedBecause === null ? null : shapes.timesteps.inFile;
    for (const end of this.#inputs) {
      const values = inputs[end.name];
      requireType(end, values);
      timesteps ??= this.#timestepsOfInput(end, values.length);
      const sizes = { batch: this.batch, timesteps: timesteps ?? 1 };
      const shape = at(evaluateShapes(shapes, sizes), end.innerId);
      const expected = elementCount(shape);
      if (values.length !== expected) {
        throw new InputError(
          `input "${end.name}" has ${values.length} values; [${shape.join(', ')}] needs ${expected}`,
        );
      }
    }
    const kinds = new Set(
      Object.values(inputs)
        .filter((values) => !(values instanceof Int32Array))
        .map((values) => values instanceof Float32Array),
    );
    if (kinds.size > 1)
      throw new InputError('inputs are partly int8 and partly float32; pass all in one type');
    return timesteps ?? 1;
  }

  #timestepsOfInput(end: ProgramEnd, length: number): number | null {
    const perTimestep = this.#elementsOf(end, 1);
    if (perTimestep === this.#elementsOf(end, 2)) return null;
    const timesteps = length / perTimestep;
    if (!Number.isInteger(timesteps) || timesteps < 1) {
      throw new InputError(
        `input "${end.name}" has ${length} values; with a batch of ${this.batch}, whole timesteps of ${perTimestep} are expected`,
      );
    }
    return timesteps;
  }

  #elementsOf(end: ProgramEnd, timesteps: number): number {
    return elementCount(
      at(evaluateShapes(this.#model.shapes, { batch: this.batch, timesteps }), end.innerId),
    );
  }

  /** A copy: the caller may reuse the array before the call's turn comes. */
  #lengthsOf(lengths: Int32Array | undefined, timesteps: number): Int32Array | null {
    if (lengths === undefined) return null;
    if (lengths.length !== this.batch) {
      throw new InputError(`lengths has ${lengths.length} elements; one per batch row is ${this.batch}`);
    }
    lengths.forEach((length, row) => {
      if (!Number.isInteger(length) || length < 0 || length > timesteps) {
        throw new InputError(`lengths[${row}] is ${length}; 0 to ${timesteps} timesteps are expected`);
      }
    });
    return Int32Array.from(lengths);
  }

  #checkRows(call: string, rows: readonly number[]): void {
    for (const row of rows) {
      if (Number.isInteger(row) && row >= 0 && row < this.batch) continue;
      throw new InputError(`${call}: there is no batch row ${row}; the session has ${this.batch}`);
    }
  }
}

/** @throws InputError for an array that the input's type has no use for. */
function requireType(
  { name, tensor: { dtype } }: ProgramEnd,
  values: unknown,
): asserts values is InputValues {
  if (dtype === 'int32') {
    if (values instanceof Int32Array) return;
    throw new InputError(`input "${name}" of this model is int32; pass an Int32Array`);
  }
  if (!(values instanceof Int8Array || values instanceof Float32Array)) {
    throw new InputError(`input "${name}" must be an Int8Array or a Float32Array`);
  }
  if (values instanceof Int8Array && dtype === 'float32') {
    throw new InputError(`input "${name}" of this model is float32; pass a Float32Array`);
  }
}

/** @throws InputError for a position outside a table that the input looks up. */
function requirePositions({ ops }: Program, { name, innerId }: ProgramEnd, values: Int32Array): void {
  for (const lowered of ops) {
    if (lowered.kind !== 'gather' || lowered.op.indices !== innerId) continue;
    requireTableRows(name, values, lowered.tableRows);
  }
}

/** A copy of what executors take for an input. */
function innerValue(end: ProgramEnd, values: InputValues): TensorValue {
  if (!(values instanceof Float32Array)) return values.slice();
  if (end.inner.dtype === 'int8') return quantizeValues(end.name, values, quantizationOf(end));
  const bad = values.findIndex((value) => Number.isNaN(value));
  if (bad !== -1) throw new InputError(`${end.name}: value ${bad} is not a number`);
  return values.slice();
}

function quantizationOf({ inner, name }: ProgramEnd): Quantization {
  if (inner.quantization === null) {
    throw new InputError(`"${name}" has no scale, so real values cannot be converted; pass an Int8Array`);
  }
  return inner.quantization;
}
