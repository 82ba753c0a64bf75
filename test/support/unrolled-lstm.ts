import type { GateName, Graph, TensorId } from '../../src/model';
import { GATES } from '../../src/model';
import { GraphBuilder } from './graph-builder';
import type { Random } from './random';

const FEATURES = 6;
const UNITS = 5;

/** How a converter may write one timestep of an LSTM layer; by default as TensorFlow does. */
export interface UnrolledVariant {
  readonly gateOrder?: readonly GateName[];
  /** One product of all gates for input and state each; one for each gate; or one of input and state side by side. */
  readonly products?: 'perSide' | 'perGate' | 'joined';
  readonly bias?: 'added' | 'input' | 'recurrent' | 'both' | 'none';
  readonly swapOperands?: boolean;
  readonly cut?: 'split' | 'slices';
  readonly states?: 'separate' | 'stacked' | 'transposed';
  readonly batch?: number;
  /** What makes it something else than an LSTM. */
  readonly flaw?:
    | 'states swapped'
    | 'state read'
    | 'cell given'
    | 'relu'
    | 'one gate of the hidden state alone'
    | 'clamped'
    | 'state padded';
}

export interface UnrolledLayer {
  /** Inputs: features `[batch, features]`, then the states; outputs: the hidden state, then the states. */
  readonly graph: Graph;
  readonly features: number;
  readonly batch: number;
  readonly stateShapes: readonly (readonly number[])[];
}

/** One timestep of an LSTM layer in float32, of elementary ops, with random weights. */
export function unrolledLayer(random: Random, variant: UnrolledVariant): UnrolledLayer {
  const { batch = 1, states = 'separate', flaw } = variant;
  const step = new StepBuilder(random, variant, batch);
  const { builder } = step;
  const x = builder.input([batch, FEATURES], FLOAT);
  const stateShapes = {
    separate: [
      [batch, UNITS],
      [batch, UNITS],
    ],
    stacked: [[2, batch, UNITS]],
    transposed: [[UNITS, 2, batch]],
  }[states];
  const stateInputs = stateShapes.map((shape) => builder.input(shape, FLOAT));
  const [h, c] = states === 'separate' ? stateInputs : step.takeApart(stateInputs[0]!, states);
  const { newHidden, newCell } = step.cell(x, h!, c!);
  const pair = flaw === 'states swapped' ? [newCell, newHidden] : [newHidden, newCell];
  const newStates = states === 'separate' ? pair : [step.putTogether(pair, states)];
  if (flaw === 'state padded') newStates[0] = step.padded(newStates[0]!);
  const outputs = [newHidden, ...newStates];
  if (flaw === 'cell given') outputs.unshift(step.unary('tanh', newCell));
  if (flaw === 'state read') outputs.unshift(step.unary('tanh', c!));
  return { graph: builder.graph(outputs), features: FEATURES, batch, stateShapes };
}

const FLOAT = { dtype: 'float32', quantization: null } as const;

class StepBuilder {
  readonly builder = new GraphBuilder();

  constructor(
    private readonly random: Random,
    private readonly variant: UnrolledVariant,
    private readonly batch: number,
  ) {}

  cell(x: TensorId, h: TensorId, c: TensorId): { newHidden: TensorId; newCell: TensorId } {
    const sums = this.gateSums(x, h);
    const squash = this.variant.flaw === 'relu' ? 'relu' : 'tanh';
    const candidate =
      squash === 'relu'
        ? this.made(UNITS, (output) =>
            this.builder.op({ kind: 'relu', bound: 'relu', input: sums.cell, output }),
          )
        : this.unary('tanh', sums.cell);
    const kept = this.binary('multiply', this.unary('logistic', sums.forget), c);
    const added = this.binary('multiply', this.unary('logistic', sums.input), candidate);
    const newCell = this.binary('add', kept, added);
    const newHidden = this.binary(
      'multiply',
      this.unary('logistic', sums.output),
      this.unary('tanh', newCell),
    );
    return { newHidden, newCell };
  }

  unary(kind: 'logistic' | 'tanh', input: TensorId): TensorId {
    return this.made(UNITS, (output) => this.builder.op({ kind, input, output }));
  }

  takeApart(state: TensorId, form: 'stacked' | 'transposed'): TensorId[] {
    const whole = { kind: 'range', begin: null, end: null, stride: 1 } as const;
    return [0, 1].map((index) => {
      const picked = this.tensor(form === 'stacked' ? [this.batch, UNITS] : [UNITS, this.batch]);
      const pick = { kind: 'index', index } as const;
      const dimensions = form === 'stacked' ? [pick] : [whole, pick];
      this.builder.op({ kind: 'slice', input: state, output: picked, dimensions });
      return form === 'stacked' ? picked : this.transposed(picked, [this.batch, UNITS]);
    });
  }

  putTogether(states: readonly TensorId[], form: 'stacked' | 'transposed'): TensorId {
    const turned =
      form === 'stacked' ? states : states.map((state) => this.transposed(state, [UNITS, this.batch]));
    const size = form === 'stacked' ? [1, this.batch, UNITS] : [UNITS, 1, this.batch];
    const widened = turned.map((state) => {
      const output = this.tensor(size);
      this.builder.op({ kind: 'reshape', input: state, output, shape: size });
      return output;
    });
    const axis = form === 'stacked' ? 0 : 1;
    const output = this.tensor(size.with(axis, 2));
    this.builder.op({ kind: 'concatenation', inputs: widened, output, axis });
    return output;
  }

  /** A stacked state with one more element per row. */
  padded(state: TensorId): TensorId {
    const output = this.tensor([2, this.batch, UNITS + 1]);
    const paddings = [[0, 0] as const, [0, 0] as const, [0, 1] as const];
    this.builder.op({ kind: 'pad', input: state, output, paddings, value: null });
    return output;
  }

  private gateSums(x: TensorId, h: TensorId): Record<GateName, TensorId> {
    const { gateOrder = GATES, products = 'perSide', flaw } = this.variant;
    if (products === 'perGate') {
      return Object.fromEntries(GATES.map((gate) => [gate, this.sum(x, h, UNITS)])) as Record<
        GateName,
        TensorId
      >;
    }
    const all = products === 'joined' ? this.joinedSum(x, h) : this.sum(x, h, 4 * UNITS);
    const parts = this.cutApart(all);
    const sums = Object.fromEntries(gateOrder.map((gate, index) => [gate, parts[index]!]));
    if (flaw === 'one gate of the hidden state alone') sums['input'] = this.product(h, UNITS, UNITS, false);
    return sums as Record<GateName, TensorId>;
  }

  /** `W x + R h + b` of `rows` rows. */
  private sum(x: TensorId, h: TensorId, rows: number): TensorId {
    const { bias = 'added', flaw } = this.variant;
    const fromInput = this.product(x, FEATURES, rows, bias === 'input' || bias === 'both');
    const fromState = this.product(h, UNITS, rows, bias === 'recurrent' || bias === 'both');
    const sum = this.binary('add', fromInput, fromState, rows, flaw === 'clamped' ? 'relu6' : 'none');
    return bias === 'added' ? this.binary('add', sum, this.constant([rows]), rows) : sum;
  }

  private joinedSum(x: TensorId, h: TensorId): TensorId {
    const joined = this.tensor([this.batch, FEATURES + UNITS]);
    this.builder.op({ kind: 'concatenation', inputs: [x, h], output: joined, axis: 1 });
    return this.product(joined, FEATURES + UNITS, 4 * UNITS, true);
  }

  private cutApart(all: TensorId): TensorId[] {
    const parts = GATES.map(() => this.tensor([this.batch, UNITS]));
    if (this.variant.cut !== 'slices') {
      this.builder.op({ kind: 'split', input: all, outputs: parts, axis: 1, sizes: null });
      return parts;
    }
    for (const [index, output] of parts.entries()) {
      const rows = { kind: 'range', begin: null, end: null, stride: 1 } as const;
      const columns = { kind: 'range', begin: index * UNITS, end: (index + 1) * UNITS, stride: 1 } as const;
      this.builder.op({ kind: 'slice', input: all, output, dimensions: [rows, columns] });
    }
    return parts;
  }

  private product(input: TensorId, columns: number, rows: number, hasBias: boolean): TensorId {
    return this.builder.fullyConnected(input, this.constant([rows, columns]), {
      output: this.tensor([this.batch, rows]),
      ...(hasBias ? { bias: this.constant([rows]) } : {}),
    });
  }

  private binary(
    operation: 'add' | 'multiply',
    a: TensorId,
    b: TensorId,
    columns = UNITS,
    activation: 'none' | 'relu6' = 'none',
  ): TensorId {
    const [left, right] = this.variant.swapOperands === true ? [b, a] : [a, b];
    return this.made(columns, (output) =>
      this.builder.op({ kind: 'binary', operation, left, right, output, activation }),
    );
  }

  private transposed(input: TensorId, shape: readonly number[]): TensorId {
    const output = this.tensor(shape);
    this.builder.op({ kind: 'transpose', input, output, permutation: [1, 0] });
    return output;
  }

  private made(columns: number, make: (output: TensorId) => unknown): TensorId {
    const output = this.tensor([this.batch, columns]);
    make(output);
    return output;
  }

  private tensor(shape: readonly number[]): TensorId {
    return this.builder.tensor(shape, FLOAT);
  }

  private constant(shape: readonly number[]): TensorId {
    const elements = shape.reduce((product, size) => product * size, 1);
    const data = Float32Array.from({ length: elements }, () => this.random.integer(-100, 100) / 100);
    return this.builder.tensor(shape, { ...FLOAT, data });
  }
}
