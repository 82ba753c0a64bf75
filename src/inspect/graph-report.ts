import { at } from '../errors';
import { opTensors } from '../model';
import type { DType, Graph, LstmOp, Op, Quantization, Tensor, TensorId } from '../model';

/** A tensor of the file. */
export interface TensorReport {
  /** Position in the file. */
  readonly index: number;
  /** As in the file. */
  readonly name: string;
  /** Element type. */
  readonly dtype: string;
  /** Dimensions, outermost first. */
  readonly shape: readonly number[];
  /** What it is to the model. */
  readonly role: 'input' | 'output' | 'constant' | 'state' | 'activation';
  /** What its integers mean; null if the file does not say. */
  readonly quantization: Quantization | null;
  /** Of a constant, in the file; null for others. */
  readonly bytes: number | null;
}

/** An op of the file. */
export interface OpReport {
  /** Position in the file. */
  readonly index: number;
  /** As in the file. */
  readonly name: string;
  /** What it computes: `lstm`, `fullyConnected`. */
  readonly kind: string;
  /** What it computes in; `float32` is not bit-exact. */
  readonly arithmetic: 'integer' | 'float32';
  /** Activations that it takes. */
  readonly inputs: readonly TensorId[];
  /** Tensors that it makes. */
  readonly outputs: readonly TensorId[];
}

/** An LSTM layer of the file. */
export interface LstmLayerReport {
  /** Name of its op. */
  readonly name: string;
  /** Ways that it goes through time. */
  readonly directions: readonly ('forward' | 'reverse')[];
  /** The paper's options that the layer has; none of them is the plain LSTM. */
  readonly variant: {
    /** Gates are normalised. */
    readonly layerNorm: boolean;
    /** A matrix makes the output of the hidden value. */
    readonly projection: boolean;
    /** Gates see the cell state. */
    readonly peephole: boolean;
    /** Coupled input and forget gate. */
    readonly cifg: boolean;
  };
  /** Features of a timestep. */
  readonly inputElements: number;
  /** Cells of each direction. */
  readonly units: number;
  /** Features of its output, of each direction. */
  readonly outputElements: number;
  /** How sequences lie in its input. */
  readonly layout: 'batch-major' | 'time-major' | 'one step';
  /** Real bounds, 0 for none. */
  readonly cellClip: number;
  /** Real bound of the projected output, 0 for none. */
  readonly projectionClip: number;
  /** The cell state's scale. */
  readonly cellScale: number | null;
  /** Hidden and cell state of all directions, as the file has them: in int8 and int16. */
  readonly stateBytesPerSequence: number;
}

/** What a model file says, whether or not it can run. */
export interface GraphReport {
  /** As in the file. */
  readonly name: string;
  /** What a call takes. */
  readonly inputs: readonly TensorReport[];
  /** What a call gives. */
  readonly outputs: readonly TensorReport[];
  /** All of them, in the order of the file. */
  readonly tensors: readonly TensorReport[];
  /** In the order of execution. */
  readonly ops: readonly OpReport[];
  /** Its LSTM layers, in the order of execution. */
  readonly layers: readonly LstmLayerReport[];
  /** Constants that ops compute with, in the file. */
  readonly weightBytes: number;
}

export function reportGraph(graph: Graph): GraphReport {
  const tensors = graph.tensors.map((tensor, index) => reportTensor(graph, tensor, index as TensorId));
  const weights = new Set(graph.ops.flatMap((op) => opTensors(op).weights.map(({ id }) => id)));
  return {
    name: graph.name,
    inputs: graph.inputs.map((id) => at(tensors, id)),
    outputs: graph.outputs.map((id) => at(tensors, id)),
    tensors,
    ops: graph.ops.map((op) => reportOp(graph, op)),
    layers: graph.ops.filter((op) => op.kind === 'lstm').map((op) => reportLayer(graph, op)),
    weightBytes: [...weights].reduce((sum, id) => sum + (at(tensors, id).bytes ?? 0), 0),
  };
}

function reportTensor(
  graph: Graph,
  { name, dtype, shape, quantization, data, isVariable }: Tensor,
  id: TensorId,
): TensorReport {
  const states = graph.ops.flatMap((op) => opTensors(op).states.map((use) => use.id));
  let role: TensorReport['role'] = 'activation';
  if (data !== null) role = 'constant';
  else if (graph.inputs.includes(id)) role = 'input';
  else if (graph.outputs.includes(id)) role = 'output';
  else if (isVariable || states.includes(id)) role = 'state';
  return { index: id, name, dtype, shape, role, quantization, bytes: data?.byteLength ?? null };
}

function reportOp(graph: Graph, op: Op): OpReport {
  const { inputs, outputs } = opTensors(op);
  const activations = [...inputs, ...outputs].map(({ id }) => at(graph.tensors, id).dtype);
  return {
    index: op.sourceIndex,
    name: op.name,
    kind: op.kind,
    arithmetic: activations.includes('float32') ? 'float32' : 'integer',
    inputs: inputs.map(({ id }) => id),
    outputs: outputs.map(({ id }) => id),
  };
}

function reportLayer(graph: Graph, op: LstmOp): LstmLayerReport {
  const [{ gates, projection, cellState, outputState }] = op.directions;
  const [units = 0, inputElements = 0] = at(graph.tensors, gates.forget.inputWeights).shape;
  const [, outputElements = 0] = at(graph.tensors, gates.forget.recurrentWeights).shape;
  return {
    name: op.name,
    directions: op.directions.map(({ direction }) => direction),
    variant: {
      layerNorm: gates.forget.layerNorm !== null,
      projection: projection !== null,
      peephole: gates.forget.peephole !== null,
      cifg: gates.input === null,
    },
    inputElements,
    units,
    outputElements,
    layout: op.oneStep ? 'one step' : op.timeMajor ? 'time-major' : 'batch-major',
    cellClip: op.cellClip,
    projectionClip: op.projectionClip,
    cellScale: at(graph.tensors, cellState).quantization?.scales[0] ?? null,
    stateBytesPerSequence:
      op.directions.length *
      (outputElements * elementBytes(graph, outputState) + units * elementBytes(graph, cellState)),
  };
}

const ELEMENT_BYTES: Readonly<Record<DType, number>> = {
  int8: 1,
  uint8: 1,
  bool: 1,
  int16: 2,
  int32: 4,
  float32: 4,
  int64: 8,
};

function elementBytes(graph: Graph, id: TensorId): number {
  return ELEMENT_BYTES[at(graph.tensors, id).dtype];
}
