import { at, InputError, unreachable, UnsupportedModelError } from '../../errors';
import type { Graph, LstmOp, Op, Tensor, TensorId } from '../../model';
import { tensorSite } from '../sites';
import { FloatLstm, logistic } from './lstm';
import type { FloatLstmState } from './lstm';
import { elementwise, fullyConnected, reshape, softmax } from './neighbours';
import type { FloatObserver } from './observer';
import { elementsOf, formatShape } from './tensor';
import type { FloatTensor } from './tensor';

const FLOAT_KINDS = ['lstm', 'fullyConnected', 'softmax', 'logistic', 'tanh', 'reshape'] as const;
type FloatOp = Extract<Op, { kind: (typeof FLOAT_KINDS)[number] }>;

function isFloatOp(op: Op): op is FloatOp {
  return FLOAT_KINDS.some((kind) => kind === op.kind);
}

const unobserved: FloatObserver = () => undefined;

/**
 * Runs a float graph on the CPU: what the trained model means, for calibration and for comparison. Tensors hold
 * float32; sums inside an op are kept in double precision. LSTM state carries over from call to call until
 * {@link reset}.
 */
export class FloatRunner {
  private readonly ops: readonly FloatOp[];
  private readonly lstms = new Map<LstmOp, readonly FloatLstm[]>();
  private readonly states = new Map<FloatLstm, FloatLstmState>();

  /**
   * @throws UnsupportedModelError listing every op that does not run in float.
   * @throws QuantizationError naming an LSTM's constant that holds NaN or infinity.
   */
  constructor(private readonly graph: Graph) {
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
    this.ops = graph.ops.filter(isFloatOp);
    for (const op of this.ops) {
      if (op.kind !== 'lstm') continue;
      this.lstms.set(
        op,
        op.directions.map((direction) => new FloatLstm(op, direction, graph)),
      );
    }
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
      observe(tensorSite(graph, id), value.data);
    };
    for (const [index, id] of graph.inputs.entries()) {
      const input = at(inputs, index);
      checkInput(at(graph.tensors, id), input);
      define(id, input);
    }
    for (const op of this.ops) this.runOp(op, values, define, observe);
    return graph.outputs.map((id) => valueOf(graph, values, id));
  }

  /** Forgets all LSTM state. */
  reset(): void {
    this.states.clear();
  }

  private runOp(
    op: FloatOp,
    values: ReadonlyMap<TensorId, FloatTensor>,
    define: (id: TensorId, value: FloatTensor) => void,
    observe: FloatObserver,
  ): void {
    const { graph } = this;
    const input = valueOf(graph, values, op.input);
    switch (op.kind) {
      case 'lstm':
        for (const lstm of this.lstms.get(op) ?? []) {
          define(lstm.output, lstm.run(input, this.stateOf(op, lstm, input), observe));
        }
        return;
      case 'fullyConnected':
        define(op.output, fullyConnected(op, graph, input));
        return;
      case 'softmax':
        define(op.output, softmax(op, input));
        return;
      case 'logistic':
        define(op.output, elementwise(input, logistic));
        return;
      case 'tanh':
        define(op.output, elementwise(input, Math.tanh));
        return;
      case 'reshape':
        define(op.output, reshape(op, input));
        return;
      default:
        unreachable(op);
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
