import { at, InputError, unreachable, UnsupportedModelError } from '../../errors';
import type { Graph, LstmOp, Op, Tensor, TensorId } from '../../model';
import { tensorSite } from '../sites';
import type { Site } from '../sites';
import { FloatLstm, logistic } from './lstm';
import type { FloatLstmState } from './lstm';
import { floatMatrix } from './matrix';
import type { MatrixKind } from './matrix';
import { elementwise, prepareFullyConnected, reshape, softmax } from './neighbours';
import type { FloatObserver } from './observer';
import { elementsOf, formatShape } from './tensor';
import type { FloatTensor } from './tensor';

const FLOAT_KINDS = ['lstm', 'fullyConnected', 'softmax', 'logistic', 'tanh', 'reshape'] as const;
type FloatOp = Extract<Op, { kind: (typeof FLOAT_KINDS)[number] }>;

function isFloatOp(op: Op): op is FloatOp {
  return FLOAT_KINDS.some((kind) => kind === op.kind);
}

/** An op with its constants ready. */
interface PreparedOp {
  readonly input: TensorId;
  /** Outputs from the input. */
  run(input: FloatTensor, observe: FloatObserver): { readonly id: TensorId; readonly value: FloatTensor }[];
}

const unobserved: FloatObserver = () => undefined;

/**
 * Runs a float graph on the CPU: what the trained model means, for calibration and for comparison. Tensors hold
 * float32; sums inside an op are kept in double precision. LSTM state carries over from call to call until
 * {@link reset}.
 */
export class FloatRunner {
  private readonly ops: readonly PreparedOp[];
  private readonly sites: readonly Site[];
  private readonly states = new Map<FloatLstm, FloatLstmState>();

  /**
   * @param matrixOf how matrix products are carried out: `floatMatrix`, or `hybridMatrix` for what TFLite's dynamic-range
   *   models compute (their peephole weights, which TFLite also holds in 8 bits, stay float here).
   * @throws UnsupportedModelError listing every op that does not run in float.
   * @throws QuantizationError naming a constant that holds NaN or infinity.
   */
  constructor(
    private readonly graph: Graph,
    private readonly matrixOf: MatrixKind = floatMatrix,
  ) {
    const reasons = graph.ops
      .filter((op) => !isFloatOp(op))
      .map((op) => ({
        subject: `op ${op.sourceIndex} ${op.name}`,
        reason:
          op.kind === 'quantize' || op.kind === 'dequantize'
            ? 'the model is already partly integer; give the float model it was made from'
            : `${op.kind} cannot run in float yet; remove it, or do it outside the model`,
      }));
    if (reasons.length > 0) throw new UnsupportedModelError(reasons);
    this.ops = graph.ops.filter(isFloatOp).map((op) => this.prepare(op));
    this.sites = graph.tensors.map((_, index) => tensorSite(graph, index as TensorId));
  }

  /**
   * One call.
   *
   * @param inputs in the order of the graph's inputs. The last dimension must be the graph's; batch and time may differ.
   * @returns the graph's outputs, in order.
   * @throws InputError naming the tensor if an input has the wrong shape, or another batch than the carried state. The
   *   state is unchanged then, unless the mismatch lies behind the first LSTM.
   */
  run(inputs: readonly FloatTensor[], observe: FloatObserver = unobserved): FloatTensor[] {
    const { graph } = this;
    if (inputs.length !== graph.inputs.length) {
      throw new InputError(`${graph.name}: got ${inputs.length} inputs; expected ${graph.inputs.length}`);
    }
    const values = new Map<TensorId, FloatTensor>();
    const define = (id: TensorId, value: FloatTensor): void => {
      values.set(id, value);
      observe(at(this.sites, id), value.data);
    };
    for (const [index, id] of graph.inputs.entries()) {
      const input = at(inputs, index);
      checkInput(at(graph.tensors, id), input);
      define(id, input);
    }
    for (const op of this.ops) {
      for (const { id, value } of op.run(valueOf(graph, values, op.input), observe)) define(id, value);
    }
    return graph.outputs.map((id) => valueOf(graph, values, id));
  }

  /** Forgets all LSTM state. */
  reset(): void {
    this.states.clear();
  }

  private prepare(op: FloatOp): PreparedOp {
    if (op.kind === 'lstm') return this.prepareLstm(op);
    const { input, output: id } = op;
    const evaluate = this.prepareNeighbour(op);
    return { input, run: (value) => [{ id, value: evaluate(value) }] };
  }

  private prepareLstm(op: LstmOp): PreparedOp {
    const directions = op.directions.map(
      (direction) => new FloatLstm(op, direction, this.graph, this.matrixOf),
    );
    return {
      input: op.input,
      run: (input, observe) =>
        directions.map((lstm) => ({
          id: lstm.output,
          value: lstm.run(input, this.stateOf(op, lstm, input), observe),
        })),
    };
  }

  private prepareNeighbour(op: Exclude<FloatOp, LstmOp>): (input: FloatTensor) => FloatTensor {
    switch (op.kind) {
      case 'fullyConnected':
        return prepareFullyConnected(op, this.graph, this.matrixOf);
      case 'softmax':
        return (input) => softmax(op, input);
      case 'logistic':
        return (input) => elementwise(input, logistic);
      case 'tanh':
        return (input) => elementwise(input, Math.tanh);
      case 'reshape':
        return (input) => reshape(op, input);
      default:
        return unreachable(op);
    }
  }

  private stateOf(op: LstmOp, lstm: FloatLstm, input: FloatTensor): FloatLstmState {
    const batch = lstm.batchOf(input.shape);
    const carried = this.states.get(lstm);
    if (carried !== undefined) {
      if (carried.batch === batch) return carried;
      throw new InputError(
        `${op.name}: the carried state has batch ${carried.batch}, this call ${batch}; reset between them`,
      );
    }
    const state = lstm.initialState(batch);
    this.states.set(lstm, state);
    return state;
  }
}

/** One call from the reset state; see {@link FloatRunner.run}. */
export function runFloat(
  graph: Graph,
  inputs: readonly FloatTensor[],
  observe: FloatObserver = unobserved,
): FloatTensor[] {
  return new FloatRunner(graph).run(inputs, observe);
}

function checkInput(tensor: Tensor, input: FloatTensor): void {
  const features = tensor.shape.at(-1);
  const isWellFormed =
    input.shape.length === tensor.shape.length &&
    input.shape.at(-1) === features &&
    input.shape.every((size) => Number.isInteger(size) && size > 0);
  if (!isWellFormed) {
    throw new InputError(
      `input "${tensor.name}" has shape ${formatShape(input.shape)}; expected ${formatShape(tensor.shape)}, ` +
        'where only the last dimension is fixed',
    );
  }
  const expected = elementsOf(input.shape);
  if (input.data.length !== expected) {
    throw new InputError(
      `input "${tensor.name}" holds ${input.data.length} values; its shape ${formatShape(input.shape)} needs ${expected}`,
    );
  }
}

function valueOf(graph: Graph, values: ReadonlyMap<TensorId, FloatTensor>, id: TensorId): FloatTensor {
  const value = values.get(id);
  if (value === undefined) {
    throw new InputError(
      `tensor "${at(graph.tensors, id).name}" is read before any op writes it; the graph is out of order`,
    );
  }
  return value;
}
