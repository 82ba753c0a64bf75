import type { LstmDirectionParameters } from '../contract/lstm-parameters';
import { at } from '../errors';
import type { LoweredLstm } from '../lower/lstm';
import { evaluateShapes } from '../model/shapes';
import { lstmFrame } from '../reference/lstm_frame';
import type { SequenceLayout } from '../reference/lstm_sequence';
import { createStages } from '../reference/lstm_stages';
import { compareStages } from './compare-stages';
import type { ComparedStage } from './compare-stages';
import type { ExecutableModel, LayerState, LayerTrace, SessionState, TensorValues } from './executor';
import { valueOf } from './executor';
import { layerName } from './layer-state';
import { sequenceLayout } from './layer-sizes';
import { joinTraces } from './trace-recorder';

/** What an executor made of a call, with the state around it. */
export interface CheckedCall {
  readonly model: ExecutableModel;
  readonly batch: number;
  readonly timesteps: number;
  readonly lengths: Int32Array | null;
  readonly before: SessionState;
  readonly after: SessionState;
  readonly traces: readonly LayerTrace[];
  /** Every int8 tensor of the call. */
  readonly known: TensorValues;
}

/** Timesteps of a call that are compared when not all are, spread evenly over it with its first and last. */
const SAMPLED_TIMESTEPS = 6;

/**
 * Repeats timesteps of a layer by its twins, each from the state that the other executor had before it.
 *
 * @param every timestep, or a sample that has the first and the last of every row
 * @returns the number of values compared
 * @throws MismatchError at the earliest timestep that differs, and in it at the first stage that does.
 */
export function checkLstm(lowered: LoweredLstm, call: CheckedCall, every: boolean): number {
  const shapes = evaluateShapes(call.model.shapes, call);
  const layout = sequenceLayout(lowered.op, at(shapes, lowered.op.input));
  const sample = new Set(sampleOf(layout.timesteps));
  let compared = 0;
  lowered.directions.forEach((_, index) => {
    const direction = new DirectionCheck(lowered, index, layout, call);
    for (let timestep = 0; timestep < layout.timesteps; timestep++) {
      for (let batchRow = 0; batchRow < layout.batch; batchRow++) {
        const isWanted = every || sample.has(timestep) || direction.isLast(timestep, batchRow);
        if (isWanted) compared += direction.check(timestep, batchRow);
      }
    }
  });
  return compared;
}

/** One direction of a layer in one call. */
class DirectionCheck {
  readonly #layer: string;
  readonly #parameters: LstmDirectionParameters;
  readonly #isReversed: boolean;
  readonly #layout: SequenceLayout;
  readonly #lengths: Int32Array | null;
  readonly #input: Int8Array;
  readonly #output: Int8Array;
  readonly #trace: LayerTrace;
  readonly #before: LayerState;
  readonly #after: LayerState;

  constructor(lowered: LoweredLstm, index: number, layout: SequenceLayout, call: CheckedCall) {
    const { direction, output } = at(lowered.op.directions, index);
    this.#layer = layerName(lowered, index);
    this.#parameters = at(lowered.directions, index);
    this.#isReversed = direction === 'reverse';
    this.#layout = layout;
    this.#lengths = call.lengths;
    this.#input = valueOf(call.known, lowered.op.input);
    this.#output = valueOf(call.known, output);
    this.#trace = joinTraces(call.traces.filter(({ layer }) => layer === this.#layer));
    this.#before = layerStateOf(call.before, this.#layer);
    this.#after = layerStateOf(call.after, this.#layer);
  }

  isLast(timestep: number, batchRow: number): boolean {
    return timestep === this.#lengthOf(batchRow) - 1;
  }

  /** Compares everything that one timestep of one batch row made. */
  check(timestep: number, batchRow: number): number {
    const location = { layer: this.#layer, timestep, batchRow };
    if (timestep < this.#lengthOf(batchRow)) {
      return compareStages(location, this.#stagesAt(timestep, batchRow));
    }
    const { outputElements, outputZeroPoint, units } = this.#parameters;
    const stages: ComparedStage[] = [
      ['output', new Int8Array(outputElements).fill(outputZeroPoint), this.#outputAt(timestep, batchRow)],
    ];
    if (timestep === 0) {
      stages.push(
        ...this.#finalStages(
          batchRow,
          rowOf(this.#before.hidden, batchRow, outputElements),
          rowOf(this.#before.cell, batchRow, units),
        ),
      );
    }
    return compareStages(location, stages);
  }

  /** Stages in the order in which each depends on those before it. */
  #stagesAt(timestep: number, batchRow: number): ComparedStage[] {
    const { inputElements, units } = this.#parameters;
    const { hidden, cell } = this.#stateBefore(timestep, batchRow);
    const inputAccumulator = new Int32Array(4 * units);
    const stages = createStages(this.#parameters);
    const x = rowOf(this.#input, this.#rowAt(timestep, batchRow), inputElements);
    lstmFrame(this.#parameters, x, hidden, cell, stages, inputAccumulator);

    const row = timestep * this.#layout.batch + batchRow;
    const trace = this.#trace;
    const inputGatesStages = (first: number, end: number): ComparedStage[] => {
      const part = <A extends Int16Array | Int32Array>(values: A, start: number): A =>
        values.subarray(start + first * units, start + end * units) as A;
      const start = row * 4 * units;
      const gates = { first, units };
      return [
        ['sum', part(stages.gateSum, 0), part(trace.gateSum, start), gates],
        ['pre-activation', part(stages.preActivation, 0), part(trace.preActivation, start), gates],
        ['activation', part(stages.activation, 0), part(trace.activation, start), gates],
      ];
    };
    const gates = { first: 0, units };
    return [
      ['input accumulator', inputAccumulator, rowOf(trace.inputAccumulator, row, 4 * units), gates],
      [
        'recurrent accumulator',
        stages.recurrentAccumulator,
        rowOf(trace.recurrentAccumulator, row, 4 * units),
        gates,
      ],
      ...inputGatesStages(0, OUTPUT_GATE),
      ['cell', cell, rowOf(trace.cell, row, units)],
      // Its peephole sees the new cell state.
      ...inputGatesStages(OUTPUT_GATE, OUTPUT_GATE + 1),
      ['hidden', stages.hidden, rowOf(trace.hidden, row, units)],
      ['output', hidden, this.#outputAt(timestep, batchRow)],
      ...(this.isLast(timestep, batchRow) ? this.#finalStages(batchRow, hidden, cell) : []),
    ];
  }

  #finalStages(batchRow: number, hidden: Int8Array, cell: Int16Array): ComparedStage[] {
    const { outputElements, units } = this.#parameters;
    return [
      ['final hidden state', hidden, rowOf(this.#after.hidden, batchRow, outputElements)],
      ['final cell state', cell, rowOf(this.#after.cell, batchRow, units)],
    ];
  }

  /** The other executor's h and c of the timestep before, as copies. */
  #stateBefore(timestep: number, batchRow: number): { hidden: Int8Array; cell: Int16Array } {
    const { outputElements, units } = this.#parameters;
    if (timestep === 0) {
      return {
        hidden: rowOf(this.#before.hidden, batchRow, outputElements).slice(),
        cell: rowOf(this.#before.cell, batchRow, units).slice(),
      };
    }
    const previous = (timestep - 1) * this.#layout.batch + batchRow;
    return {
      hidden: this.#outputAt(timestep - 1, batchRow).slice(),
      cell: rowOf(this.#trace.cell, previous, units).slice(),
    };
  }

  #outputAt(timestep: number, batchRow: number): Int8Array {
    return rowOf(this.#output, this.#rowAt(timestep, batchRow), this.#parameters.outputElements);
  }

  /** Row of the input and output tensors. */
  #rowAt(timestep: number, batchRow: number): number {
    const length = this.#lengthOf(batchRow);
    const time = this.#isReversed && timestep < length ? length - 1 - timestep : timestep;
    return time * this.#layout.timeStride + batchRow * this.#layout.batchStride;
  }

  #lengthOf(batchRow: number): number {
    return this.#lengths === null ? this.#layout.timesteps : at(this.#lengths, batchRow);
  }
}

const OUTPUT_GATE = 3;

function layerStateOf({ layers }: SessionState, layer: string): LayerState {
  const state = layers.find((candidate) => candidate.layer === layer);
  if (state === undefined) throw new TypeError(`no state for ${layer}`);
  return state;
}

function rowOf<A extends Int8Array | Int16Array | Int32Array>(values: A, row: number, elements: number): A {
  return values.subarray(row * elements, (row + 1) * elements) as A;
}

function sampleOf(timesteps: number): number[] {
  const count = Math.min(timesteps, SAMPLED_TIMESTEPS);
  if (count === 1) return [0];
  return Array.from({ length: count }, (_, index) => Math.round((index * (timesteps - 1)) / (count - 1)));
}
