import { at, InputError } from '../../errors';
import { GATES } from '../../model';
import type { GateName, Graph, LstmDirection, LstmGateTensors, LstmOp, TensorId } from '../../model';
import { gateInputSite, hiddenSite, inputShareSite, preActivationSite, tensorSite } from '../sites';
import type { Site } from '../sites';
import { floatConstant, optionalFloatConstant } from './constants';
import { normalize } from './layer-norm';
import type { Matrix, MatrixKind } from './matrix';
import type { FloatObserver } from './observer';
import { formatShape } from './tensor';
import type { FloatTensor } from './tensor';

/** States of one LSTM direction, row-major: output `[batch, output]`, cell `[batch, units]`. */
export interface FloatLstmState {
  readonly batch: number;
  readonly output: Float32Array;
  readonly cell: Float32Array;
}

interface Gate {
  readonly inputWeights: Matrix;
  readonly recurrentWeights: Matrix;
  readonly bias: Float32Array | null;
  readonly peephole: Float32Array | null;
  readonly layerNorm: Float32Array | null;
  readonly inputShareSite: Site;
  readonly site: Site;
  readonly activation: (x: number) => number;
}

/** Where the elements of one timestep of one batch row begin. */
interface SequenceLayout {
  readonly batch: number;
  readonly steps: number;
  readonly features: number;
  offset(batchRow: number, step: number): number;
}

/** What every gate of one timestep sees. */
interface Timestep {
  readonly input: Float32Array;
  readonly layout: SequenceLayout;
  readonly step: number;
  readonly state: FloatLstmState;
  /** Scratch for pre-activations, `[batch, units]`. */
  readonly pre: Float32Array;
  readonly observe: FloatObserver;
}

/**
 * One direction of a float LSTM layer, all variants: the real-valued equations that the integer kernels approximate
 * (paper section 3.1). Layer norm takes the summed products without bias, and adds the bias after it, as TFLite does.
 */
export class FloatLstm {
  readonly output: TensorId;
  readonly units: number;
  readonly outputElements: number;
  private readonly inputElements: number;
  private readonly gates: Readonly<Record<GateName, Gate | null>>;
  private readonly projectionWeights: Matrix | null;
  private readonly projectionBias: Float32Array | null;
  private readonly gateInputSite: Site;
  private readonly hiddenSite: Site;
  private readonly cellSite: Site;

  constructor(
    private readonly op: LstmOp,
    private readonly direction: LstmDirection,
    graph: Graph,
    matrixOf: MatrixKind,
  ) {
    const { gates, projection } = direction;
    const matrix = (id: TensorId): Matrix =>
      matrixOf(floatConstant(graph, id), at(at(graph.tensors, id).shape, 0));
    const prepare = (name: GateName, tensors: LstmGateTensors): Gate => ({
      inputWeights: matrix(tensors.inputWeights),
      recurrentWeights: matrix(tensors.recurrentWeights),
      bias: optionalFloatConstant(graph, tensors.bias),
      peephole: optionalFloatConstant(graph, tensors.peephole),
      layerNorm: optionalFloatConstant(graph, tensors.layerNorm),
      inputShareSite: inputShareSite(op, direction, name),
      site: preActivationSite(op, direction, name),
      activation: name === 'cell' ? Math.tanh : logistic,
    });
    this.gates = {
      input: gates.input === null ? null : prepare('input', gates.input),
      forget: prepare('forget', gates.forget),
      cell: prepare('cell', gates.cell),
      output: prepare('output', gates.output),
    };
    this.projectionWeights = projection === null ? null : matrix(projection.weights);
    this.projectionBias = projection === null ? null : optionalFloatConstant(graph, projection.bias);
    this.gateInputSite = gateInputSite(op, direction);
    this.hiddenSite = hiddenSite(op, direction);
    this.cellSite = tensorSite(graph, direction.cellState);
    const [units = 0, outputElements = 0] = at(graph.tensors, gates.forget.recurrentWeights).shape;
    this.units = units;
    this.outputElements = outputElements;
    this.inputElements = at(at(graph.tensors, gates.forget.inputWeights).shape, 1);
    this.output = direction.output;
  }

  /**
   * Batch rows of an input of this shape.
   *
   * @throws InputError if the op does not take such a shape.
   */
  batchOf(shape: readonly number[]): number {
    return this.layout(shape, this.inputElements).batch;
  }

  /** All zeros, as after a reset. */
  initialState(batch: number): FloatLstmState {
    return {
      batch,
      output: new Float32Array(batch * this.outputElements),
      cell: new Float32Array(batch * this.units),
    };
  }

  /**
   * Runs a sequence, advancing `state` in place.
   *
   * @throws InputError if the input's shape is not one that the op takes.
   */
  run(input: FloatTensor, state: FloatLstmState, observe: FloatObserver): FloatTensor {
    const source = this.layout(input.shape, this.inputElements);
    const shape = [...input.shape.slice(0, -1), this.outputElements];
    const target = this.layout(shape, this.outputElements);
    const data = new Float32Array(target.batch * target.steps * target.features);
    const { batch, steps } = source;
    const pre = new Float32Array(batch * this.units);
    const activations: Record<GateName, Float32Array> = {
      input: new Float32Array(pre.length),
      forget: new Float32Array(pre.length),
      cell: new Float32Array(pre.length),
      output: new Float32Array(pre.length),
    };
    const hidden = new Float32Array(pre.length);
    const gateInput = new Float32Array(batch * (this.inputElements + this.outputElements));
    const timestep = { input: input.data, layout: source, state, pre, observe };
    for (let index = 0; index < steps; index++) {
      const step = this.direction.direction === 'forward' ? index : steps - 1 - index;
      this.joinGateInput(gateInput, { ...timestep, step });
      observe(this.gateInputSite, gateInput);
      // The output gate's peephole looks at the new cell state, so it comes after the cell update.
      for (const name of GATES) {
        if (name === 'output') continue;
        this.evaluateGate(name, { ...timestep, step }, activations[name]);
      }
      this.updateCell(activations, state.cell);
      observe(this.cellSite, state.cell);
      this.evaluateGate('output', { ...timestep, step }, activations.output);
      for (const [i, cell] of state.cell.entries()) hidden[i] = at(activations.output, i) * Math.tanh(cell);
      observe(this.hiddenSite, hidden);
      this.updateOutput(hidden, state.output);
      for (let row = 0; row < batch; row++) {
        const begin = row * this.outputElements;
        data.set(state.output.subarray(begin, begin + this.outputElements), target.offset(row, step));
      }
    }
    return { shape, data };
  }

  /** Input and previous output side by side. */
  private joinGateInput(joint: Float32Array, { input, layout, step, state }: Timestep): void {
    const { inputElements, outputElements } = this;
    for (let row = 0; row < layout.batch; row++) {
      const begin = row * (inputElements + outputElements);
      const offset = layout.offset(row, step);
      joint.set(input.subarray(offset, offset + inputElements), begin);
      joint.set(
        state.output.subarray(row * outputElements, (row + 1) * outputElements),
        begin + inputElements,
      );
    }
  }

  private evaluateGate(name: GateName, timestep: Timestep, activation: Float32Array): void {
    const gate = this.gates[name];
    if (gate === null) return;
    const { units, outputElements } = this;
    const { input, layout, step, state, pre, observe } = timestep;
    for (let row = 0; row < layout.batch; row++) {
      const begin = row * units;
      if (gate.bias === null || gate.layerNorm !== null) pre.fill(0, begin, begin + units);
      else pre.set(gate.bias, begin);
      gate.inputWeights.addProduct(pre, begin, input, layout.offset(row, step));
    }
    observe(gate.inputShareSite, pre);
    for (let row = 0; row < layout.batch; row++) {
      gate.recurrentWeights.addProduct(pre, row * units, state.output, row * outputElements);
    }
    if (gate.peephole !== null) {
      for (const [i, cell] of state.cell.entries()) pre[i] = at(pre, i) + at(gate.peephole, i % units) * cell;
    }
    observe(gate.site, pre);
    if (gate.layerNorm !== null) normalize(pre, units, gate.layerNorm, gate.bias);
    for (const [i, value] of pre.entries()) activation[i] = gate.activation(value);
  }

  /** `c = f * c + i * g`, with i = 1 - f where the gates are coupled, then the cell clip. */
  private updateCell(activations: Readonly<Record<GateName, Float32Array>>, cell: Float32Array): void {
    const { cellClip } = this.op;
    const isCoupled = this.gates.input === null;
    for (const [i, previous] of cell.entries()) {
      const forget = at(activations.forget, i);
      const admit = isCoupled ? 1 - forget : at(activations.input, i);
      const next = forget * previous + admit * at(activations.cell, i);
      cell[i] = cellClip > 0 ? Math.min(Math.max(next, -cellClip), cellClip) : next;
    }
  }

  /** The hidden value itself, or its projection, clipped. */
  private updateOutput(hidden: Float32Array, output: Float32Array): void {
    if (this.projectionWeights === null) {
      output.set(hidden);
      return;
    }
    const { units, outputElements } = this;
    const { projectionClip } = this.op;
    for (let row = 0; row < hidden.length / units; row++) {
      const begin = row * outputElements;
      if (this.projectionBias === null) output.fill(0, begin, begin + outputElements);
      else output.set(this.projectionBias, begin);
      this.projectionWeights.addProduct(output, begin, hidden, row * units);
    }
    if (projectionClip > 0) {
      for (const [i, value] of output.entries()) {
        output[i] = Math.min(Math.max(value, -projectionClip), projectionClip);
      }
    }
  }

  private layout(shape: readonly number[], features: number): SequenceLayout {
    const { name, oneStep, timeMajor } = this.op;
    const expectedRank = oneStep ? 2 : 3;
    if (shape.length !== expectedRank || shape[expectedRank - 1] !== features) {
      const expected = oneStep
        ? `[batch, ${features}]`
        : timeMajor
          ? `[time, batch, ${features}]`
          : `[batch, time, ${features}]`;
      throw new InputError(`${name}: its input has shape ${formatShape(shape)}; expected ${expected}`);
    }
    if (oneStep) {
      return { batch: at(shape, 0), steps: 1, features, offset: (batchRow) => batchRow * features };
    }
    const batch = at(shape, timeMajor ? 1 : 0);
    const steps = at(shape, timeMajor ? 0 : 1);
    return {
      batch,
      steps,
      features,
      offset: timeMajor
        ? (batchRow, step) => (step * batch + batchRow) * features
        : (batchRow, step) => (batchRow * steps + step) * features,
    };
  }
}

export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
