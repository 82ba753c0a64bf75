import { at } from '../../errors';
import type { Graph, LstmDirection, LstmOp, Op, Tensor, TensorId } from '../../model';

/**
 * Writes what runs over reversed time as converters do, and as TFLite can run it in integers: a forward layer between two
 * reversals. `fuseBidirectional` undoes it when the model is loaded.
 */
export function spellOutReversals(graph: Graph): Graph {
  const tensors = [...graph.tensors];
  const ops = graph.ops.flatMap((op) =>
    op.kind === 'lstm' ? op.directions.flatMap((direction) => spellOut(op, direction, tensors)) : [op],
  );
  return { ...graph, tensors, ops };
}

/** One direction as a layer of its own. New tensors are appended. */
function spellOut(op: LstmOp, direction: LstmDirection, tensors: Tensor[]): Op[] {
  const forward: LstmDirection = { ...direction, direction: 'forward' };
  if (direction.direction === 'forward' || op.oneStep) return [{ ...op, directions: [forward] }];
  const name = op.directions.length === 1 ? op.name : `${op.name}_reverse`;
  const { sourceIndex } = op;
  const axes = [op.timeMajor ? 0 : 1];
  const copyOf = (id: TensorId, role: string): TensorId => {
    tensors.push({ ...at(tensors, id), name: `${name}_${role}`, data: null });
    return (tensors.length - 1) as TensorId;
  };
  const input = copyOf(op.input, 'reversed_input');
  const output = copyOf(direction.output, 'reversed_output');
  const reversal = (suffix: string, from: TensorId, to: TensorId): Op => ({
    kind: 'reverse',
    name: `${name}_${suffix}`,
    sourceIndex,
    input: from,
    output: to,
    axes,
  });
  return [
    reversal('input', op.input, input),
    { ...op, name, input, directions: [{ ...forward, output }] },
    reversal('output', output, direction.output),
  ];
}
