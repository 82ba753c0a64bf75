import { rewire } from './rewire';
import type { LstmDirection, LstmGateTensors, LstmOp, Op } from './ops';
import type { TensorId } from './tensor';

type Rename = (id: TensorId) => TensorId;

/**
 * The op with other tensors in the places of its own.
 *
 * @param read for what it reads: inputs, weights, and states, which it also writes
 * @param write for its outputs
 */
export function mapTensors(op: Op, read: Rename, write: Rename): Op {
  return op.kind === 'lstm'
    ? mapLstm(op, read, write)
    : rewire(op, { input: read, weight: read, output: write });
}

function mapLstm(op: LstmOp, read: Rename, write: Rename): LstmOp {
  const [first, second] = op.directions;
  const mapped = mapDirection(first, read, write);
  return {
    ...op,
    input: read(op.input),
    directions: second === undefined ? [mapped] : [mapped, mapDirection(second, read, write)],
  };
}

function mapDirection(direction: LstmDirection, read: Rename, write: Rename): LstmDirection {
  const { gates, projection } = direction;
  const optional = (id: TensorId | null): TensorId | null => (id === null ? null : read(id));
  const gate = (tensors: LstmGateTensors): LstmGateTensors => ({
    ...tensors,
    inputWeights: read(tensors.inputWeights),
    recurrentWeights: read(tensors.recurrentWeights),
    bias: optional(tensors.bias),
    peephole: optional(tensors.peephole),
    layerNorm: optional(tensors.layerNorm),
  });
  return {
    ...direction,
    gates: {
      input: gates.input === null ? null : gate(gates.input),
      forget: gate(gates.forget),
      cell: gate(gates.cell),
      output: gate(gates.output),
    },
    projection:
      projection === null ? null : { weights: read(projection.weights), bias: optional(projection.bias) },
    outputState: read(direction.outputState),
    cellState: read(direction.cellState),
    output: write(direction.output),
  };
}
