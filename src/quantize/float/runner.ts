import { at, InputError, unreachable, UnsupportedModelError } from '../../errors';
import { opTensors } from '../../model';
import type { DequantizeOp, Graph, LstmOp, Op, QuantizeOp, Tensor, TensorId } from '../../model';
import { tensorSite } from '../sites';
import type { Site } from '../sites';
import { activationFunction, binary, elementwise, floatFunction, hardSwish, mean } from './arithmetic';
import { constantValue, floatConstant } from './constants';
import { prepareConv2d, prepareDepthwiseConv2d } from './convolution';
import { prepareFullyConnected, softmax } from './dense';
import { FloatLstm, logistic } from './lstm';
import type { FloatLstmState } from './lstm';
import { floatMatrix } from './matrix';
import type { MatrixKind } from './matrix';
import { move } from './moves';
import type { FloatObserver } from './observer';
import { elementsOf, formatShape } from './tensor';
import type { FloatTensor } from './tensor';

type FloatOp = Exclude<Op, QuantizeOp | DequantizeOp>;

function isFloatOp(op: Op): op is FloatOp {
  return op.kind !== 'quantize' && op.kind !== 'dequantize';
}

/** Outputs of an op, in order, from its inputs. */
type Evaluate = (inputs: readonly FloatTensor[], observe: FloatObserver) => readonly FloatTensor[];

/** An op with its constants ready. */
interface PreparedOp {
  readonly inputs: readonly TensorId[];
  readonly outputs: readonly TensorId[];
  readonly evaluate: Evaluate;
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
  private readonly constants: ReadonlyMap<TensorId, FloatTensor>;
  private readonly states = new Map<FloatLstm, FloatLstmState>();

  /**
   * @param matrixOf how matrix products are carried out: `floatMatrix`, or `hybridMatrix` for what TFLite's dynamic-range
   *   models compute (their peephole weights, which TFLite also holds in 8 bits, stay float here).
   * @throws UnsupportedModelError listing every op at which the model is already integer.
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
        reason: 'the model is already partly integer; give the float model it was made from',
      }));
    if (reasons.length > 0) throw new UnsupportedModelError(reasons);
    this.ops = graph.ops.filter(isFloatOp).map((op) => this.prepare(op));
    this.constants = constantInputs(graph);
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
    const values = new Map(this.constants);
    const define = (id: TensorId, value: FloatTensor): void => {
      values.set(id, value);
      if (at(graph.tensors, id).dtype !== 'int32') observe(at(this.sites, id), value.data);
    };
    for (const [index, id] of graph.inputs.entries()) {
      const input = at(inputs, index);
      checkInput(at(graph.tensors, id), input);
      define(id, input);
    }
    for (const op of this.ops) {
      const results = op.evaluate(
        op.inputs.map((id) => valueOf(graph, values, id)),
        observe,
      );
      for (const [index, id] of op.outputs.entries()) define(id, at(results, index));
    }
    return graph.outputs.map((id) => valueOf(graph, values, id));
  }

  /** Forgets all LSTM state. */
  reset(): void {
    this.states.clear();
  }

  private prepare(op: FloatOp): PreparedOp {
    const { inputs, outputs } = opTensors(op);
    return {
      inputs: inputs.map(({ id }) => id),
      outputs: outputs.map(({ id }) => id),
      evaluate: this.evaluation(op),
    };
  }

  private evaluation(op: FloatOp): Evaluate {
    const { graph } = this;
    switch (op.kind) {
      case 'lstm':
        return this.prepareLstm(op);
      case 'fullyConnected':
        return unary(prepareFullyConnected(op, graph, this.matrixOf));
      case 'conv2d':
        return unary(prepareConv2d(op, graph));
      case 'depthwiseConv2d':
        return unary(prepareDepthwiseConv2d(op, graph));
      case 'binary':
        return (inputs) => [binary(op, at(inputs, 0), at(inputs, 1))];
      case 'mean':
        return unary((input) => mean(op, input));
      case 'softmax':
        return unary((input) => softmax(op, input));
      case 'logistic':
        return unary((input) => elementwise(input, logistic));
      case 'tanh':
        return unary((input) => elementwise(input, Math.tanh));
      case 'relu':
        return unary((input) => elementwise(input, activationFunction(op.bound)));
      case 'leakyRelu':
        return unary((input) => elementwise(input, (x) => (x < 0 ? op.alpha * x : x)));
      case 'hardSwish':
        return unary((input) => elementwise(input, hardSwish));
      case 'floatUnary':
        return unary((input) => elementwise(input, floatFunction(op.function)));
      case 'pad': {
        const fill = op.value === null ? 0 : at(floatConstant(graph, op.value), 0);
        return (inputs) => move(op, inputs, fill);
      }
      case 'reshape':
      case 'concatenation':
      case 'split':
      case 'slice':
      case 'transpose':
      case 'reverse':
      case 'gather':
        return (inputs) => move(op, inputs, 0);
      default:
        return unreachable(op);
    }
  }

  private prepareLstm(op: LstmOp): Evaluate {
    const directions = op.directions.map(
      (direction) => new FloatLstm(op, direction, this.graph, this.matrixOf),
    );
    return (inputs, observe) => {
      const input = at(inputs, 0);
      return directions.map((lstm) => lstm.run(input, this.stateOf(op, lstm, input), observe));
    };
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

function unary(evaluate: (input: FloatTensor) => FloatTensor): Evaluate {
  return (inputs) => [evaluate(at(inputs, 0))];
}

/** Constants that ops take where values flow in, and those that the model gives back. */
function constantInputs(graph: Graph): Map<TensorId, FloatTensor> {
  const ids = [...graph.ops.flatMap((op) => opTensors(op).inputs.map(({ id }) => id)), ...graph.outputs];
  const constants = ids.filter((id) => at(graph.tensors, id).data !== null);
  return new Map(constants.map((id) => [id, constantValue(graph, id)]));
}

function checkInput(tensor: Tensor, input: FloatTensor): void {
  const features = tensor.shape.at(-1);
  const isWellFormed =
    input.shape.length === tensor.shape.length &&
    (tensor.dtype === 'int32' || input.shape.at(-1) === features) &&
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
