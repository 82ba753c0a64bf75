import { at } from '../../errors';
import type { Graph, LstmDirection, LstmGateTensors, LstmOp, Op, Tensor, TensorId } from '../../model';
import { rewire } from '../../model/rewire';

/**
 * The same graph with each weight and bias in a tensor of its own, so that a pass may change one use of a constant and
 * leave the others: converters merge equal constants. LSTM and dense biases that are absent become zeros.
 */
export function ownConstants(graph: Graph): Graph {
  const tensors: Tensor[] = [...graph.tensors];
  const taken = new Set<TensorId>();
  const own = (id: TensorId): TensorId => {
    if (!taken.has(id)) {
      taken.add(id);
      return id;
    }
    tensors.push(at(graph.tensors, id));
    return (tensors.length - 1) as TensorId;
  };
  const zeros = (name: string, elements: number): TensorId => {
    const data = new Float32Array(elements);
    tensors.push({ name, shape: [elements], dtype: 'float32', quantization: null, data, isVariable: false });
    return (tensors.length - 1) as TensorId;
  };
  const rowsOf = (id: TensorId): number => at(at(graph.tensors, id).shape, 0);

  const gateOf = (gate: LstmGateTensors, name: string): LstmGateTensors => ({
    inputWeights: own(gate.inputWeights),
    recurrentWeights: own(gate.recurrentWeights),
    bias: gate.bias === null ? zeros(`${name} bias`, rowsOf(gate.inputWeights)) : own(gate.bias),
    peephole: gate.peephole === null ? null : own(gate.peephole),
    layerNorm: gate.layerNorm === null ? null : own(gate.layerNorm),
    preActivation: gate.preActivation,
  });
  const directionOf = (op: LstmOp, direction: LstmDirection): LstmDirection => {
    const { gates, projection } = direction;
    const name = `${op.name} ${direction.direction}`;
    return {
      ...direction,
      gates: {
        input: gates.input === null ? null : gateOf(gates.input, `${name} input gate`),
        forget: gateOf(gates.forget, `${name} forget gate`),
        cell: gateOf(gates.cell, `${name} cell gate`),
        output: gateOf(gates.output, `${name} output gate`),
      },
      projection:
        projection === null
          ? null
          : {
              weights: own(projection.weights),
              bias:
                projection.bias === null
                  ? zeros(`${name} projection bias`, rowsOf(projection.weights))
                  : own(projection.bias),
            },
    };
  };
  const ops = graph.ops.map((op): Op => {
    if (op.kind === 'lstm') {
      const [first, second] = op.directions;
      return {
        ...op,
        directions:
          second === undefined ? [directionOf(op, first)] : [directionOf(op, first), directionOf(op, second)],
      };
    }
    const same = (id: TensorId): TensorId => id;
    const input = (id: TensorId): TensorId => (at(graph.tensors, id).data === null ? id : own(id));
    const owned = rewire(op, { input, weight: own, output: same });
    if (owned.kind !== 'fullyConnected' || owned.bias !== null) return owned;
    return { ...owned, bias: zeros(`${owned.name} bias`, rowsOf(owned.weights)) };
  });
  return { ...graph, tensors, ops };
}

/** The graph with other values in one of its constants, as float32, and in another shape if one is given. */
export function withConstant(
  graph: Graph,
  id: TensorId,
  data: Float32Array,
  shape: readonly number[] = at(graph.tensors, id).shape,
): Graph {
  const tensor: Tensor = { ...at(graph.tensors, id), dtype: 'float32', quantization: null, shape, data };
  return { ...graph, tensors: graph.tensors.with(id, tensor) };
}
