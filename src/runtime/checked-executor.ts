import { at, MismatchError } from '../errors';
import type { LoweredLstm } from '../lower/lstm';
import type { LoweredOp } from '../lower/program';
import { opTensors } from '../model';
import type { TensorId } from '../model';
import { evaluateShapes } from '../model/shapes';
import { inputProduct } from '../reference/input_product';
import { createStages } from '../reference/lstm_stages';
import { lstmStep } from '../reference/lstm_step';
import type {
  ExecutableModel,
  Executor,
  Int8Values,
  LayerState,
  LayerTrace,
  RunRequest,
  SessionState,
  TensorValue,
  TensorValues,
} from './executor';
import { layerName } from './layer-state';
import { sequenceLayout } from './layer-sizes';
import { joinTraces } from './trace-recorder';
import { compareStages, firstDifference } from './compare-stages';
import { runReferenceOp } from './reference-ops';

/** How much of a GPU's work is compared with the reference. */
export type CheckMode = 'off' | 'sample' | 'every';

/** Timesteps of a call that `sample` compares, spread evenly over it with its first and last. */
const SAMPLED_TIMESTEPS = 6;

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

  /** Values that were compared with the reference so far and found equal. */
  get comparedValues(): number {
    return this.#comparedValues;
  }

  async run(request: RunRequest): Promise<Int8Values> {
    const { program, shapes } = this.#model;
    const before = await this.#inner.saveState();
    const traces: LayerTrace[] = [];
    const produced = program.ops.flatMap(producedTensors);
    const values = await this.#inner.run({
      ...request,
      wanted: [...new Set([...request.wanted, ...produced])],
      onTrace: (trace) => {
        traces.push(trace);
        request.onTrace?.(trace);
      },
    });
    const after = await this.#inner.saveState();
    const known = new Map<TensorId, TensorValue>([...request.inputs, ...values]);
    const sizes = evaluateShapes(shapes, { batch: this.#batch, timesteps: request.timesteps });
    try {
      for (const lowered of program.ops) {
        if (lowered.kind === 'lstm') {
          this.#checkLstm(lowered, request, { before, after, traces, known, sizes });
        } else {
          this.#checkOp(lowered, known, sizes);
        }
      }
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

  dispose(): void {
    this.#inner.dispose();
  }

  #checkOp(
    lowered: Exclude<LoweredOp, LoweredLstm>,
    known: TensorValues,
    sizes: readonly (readonly number[])[],
  ): void {
    const values = new Map(known);
    for (const id of producedTensors(lowered)) values.delete(id);
    runReferenceOp(lowered, {
      graph: this.#model.program.graph,
      shapes: sizes,
      lengths: null,
      state: { batch: this.#batch, layers: [] },
      values,
      onStep: null,
    });
    for (const id of producedTensors(lowered)) {
      const expected = valueOf(values, id);
      const actual = valueOf(known, id);
      const index = firstDifference(expected, actual);
      if (index !== null) {
        const features = at(sizes, id).at(-1) ?? 1;
        throw new MismatchError({
          layer: lowered.op.name,
          timestep: null,
          batchRow: Math.floor(index / features),
          unit: index % features,
          stage: 'output',
          expected: at(expected, index),
          actual: at(actual, index),
        });
      }
      this.#comparedValues += expected.length;
    }
  }

  #checkLstm(lowered: LoweredLstm, request: RunRequest, call: CheckedCall): void {
    const { op, directions } = lowered;
    const layout = sequenceLayout(op, at(call.sizes, op.input));
    const timesteps = this.#mode === 'every' ? allOf(layout.timesteps) : sampleOf(layout.timesteps);
    directions.forEach((parameters, index) => {
      const layer = layerName(lowered, index);
      const trace = joinTraces(call.traces.filter((part) => part.layer === layer));
      const { direction, output: outputId } = at(op.directions, index);
      const input = valueOf(call.known, op.input);
      const output = valueOf(call.known, outputId);
      const { inputElements, outputElements, units } = parameters;
      const initial = layerStateOf(call.before, layer);
      const final = layerStateOf(call.after, layer);
      const inputGates = new Int16Array(4 * units);
      const inputAccumulator = new Int32Array(4 * units);
      const stages = createStages(parameters);
      for (const timestep of timesteps) {
        for (let batchRow = 0; batchRow < layout.batch; batchRow++) {
          const length = request.lengths === null ? layout.timesteps : at(request.lengths, batchRow);
          const rowAt = (step: number): number => {
            const time = direction === 'reverse' && step < length ? length - 1 - step : step;
            return time * layout.timeStride + batchRow * layout.batchStride;
          };
          const outputAt = (step: number): Int8Array =>
            output.subarray(rowAt(step) * outputElements, (rowAt(step) + 1) * outputElements);
          const previousRow = (timestep - 1) * layout.batch + batchRow;
          const hidden =
            timestep === 0 ? rowOf(initial.hidden, batchRow, outputElements) : outputAt(timestep - 1).slice();
          const cell =
            timestep === 0
              ? rowOf(initial.cell, batchRow, units)
              : trace.cell.slice(previousRow * units, (previousRow + 1) * units);
          const location = { layer, timestep, batchRow };
          if (timestep >= length) {
            const padding = new Int8Array(outputElements).fill(parameters.outputZeroPoint);
            this.#comparedValues += compareStages(location, [['output', padding, outputAt(timestep)]]);
            continue;
          }
          const x = input.subarray(rowAt(timestep) * inputElements, (rowAt(timestep) + 1) * inputElements);
          inputProduct(parameters, x, inputGates, inputAccumulator);
          lstmStep(parameters, inputGates, hidden, cell, stages);
          const row = timestep * layout.batch + batchRow;
          const gatesOf = <A extends Int16Array | Int32Array>(values: A): A =>
            values.subarray(row * 4 * units, (row + 1) * 4 * units) as A;
          this.#comparedValues += compareStages(location, [
            ['input accumulator', inputAccumulator, gatesOf(trace.inputAccumulator), units],
            [
              'recurrent accumulator',
              stages.recurrentAccumulator,
              gatesOf(trace.recurrentAccumulator),
              units,
            ],
            ['sum', stages.gateSum, gatesOf(trace.gateSum), units],
            ['pre-activation', stages.preActivation, gatesOf(trace.preActivation), units],
            ['activation', stages.activation, gatesOf(trace.activation), units],
            ['cell', cell, trace.cell.subarray(row * units, (row + 1) * units)],
            ['hidden', stages.hidden, trace.hidden.subarray(row * units, (row + 1) * units)],
            ['output', hidden, outputAt(timestep)],
          ]);
          if (timestep === length - 1) {
            this.#comparedValues += compareStages(location, [
              ['final hidden state', hidden, rowOf(final.hidden, batchRow, outputElements)],
              ['final cell state', cell, rowOf(final.cell, batchRow, units)],
            ]);
          }
        }
      }
    });
  }
}

/** What an executor made of a call, with the state around it. */
interface CheckedCall {
  readonly before: SessionState;
  readonly after: SessionState;
  readonly traces: readonly LayerTrace[];
  readonly known: TensorValues;
  readonly sizes: readonly (readonly number[])[];
}

/** int8 tensors that an op makes on the device. */
function producedTensors(lowered: LoweredOp): TensorId[] {
  switch (lowered.kind) {
    case 'lstm':
      return lowered.op.directions.map(({ output }) => output);
    case 'quantize':
    case 'dequantize':
      return [];
    default:
      return opTensors(lowered.op).outputs.map(({ id }) => id);
  }
}

function valueOf(values: TensorValues, id: TensorId): Int8Array {
  const value = values.get(id);
  if (!(value instanceof Int8Array)) throw new TypeError(`tensor ${id} was not read back`);
  return value;
}

function layerStateOf({ layers }: SessionState, layer: string): LayerState {
  const state = layers.find((candidate) => candidate.layer === layer);
  if (state === undefined) throw new TypeError(`no state for ${layer}`);
  return state;
}

function rowOf<A extends Int8Array | Int16Array>(values: A, row: number, elements: number): A {
  return values.slice(row * elements, (row + 1) * elements) as A;
}

function allOf(timesteps: number): number[] {
  return Array.from({ length: timesteps }, (_, timestep) => timestep);
}

function sampleOf(timesteps: number): number[] {
  if (timesteps <= SAMPLED_TIMESTEPS) return allOf(timesteps);
  const spread = (index: number): number => Math.round((index * (timesteps - 1)) / (SAMPLED_TIMESTEPS - 1));
  return Array.from({ length: SAMPLED_TIMESTEPS }, (_, index) => spread(index));
}
