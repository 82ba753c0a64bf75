import { at, UnsupportedModelError } from '../errors';
import type { GatherOp, Graph } from '../model';
import { float32Constant, int8Constant, tensorOf } from './constants';
import type { LoweredMove } from './moves';
import { lowerMove } from './moves';

/** A look-up of rows whose numbers the caller gives: an embedding. */
export interface LoweredGather {
  readonly kind: 'gather';
  readonly op: GatherOp;
  /** `[tableRows, rowElements]` */
  readonly table: Int8Array | Float32Array;
  readonly tableRows: number;
  readonly rowElements: number;
}

/**
 * A gather by constant positions is a move; one by a model input is a look-up in a constant table.
 *
 * @throws UnsupportedModelError for positions that the model computes, or a table that is none.
 */
export function lowerGather(op: GatherOp, graph: Graph): LoweredGather | LoweredMove {
  const indices = tensorOf(graph, op.indices);
  if (indices.data !== null) return lowerMove(op, graph);
  const { name, shape, data, dtype } = tensorOf(graph, op.input);
  const reject = (reason: string): never => {
    throw new UnsupportedModelError([{ subject: op.name, reason }]);
  };
  if (!graph.inputs.includes(op.indices) || indices.dtype !== 'int32') {
    reject(
      `its positions "${indices.name}" are ${indices.dtype} that the model computes; an int32 model input is expected`,
    );
  }
  if (data === null || shape.length !== 2 || op.axis !== 0) {
    reject(
      `it picks along dimension ${op.axis} of "${name}" [${shape.join(', ')}]; rows of a constant table are expected`,
    );
  }
  return {
    kind: 'gather',
    op,
    table: dtype === 'float32' ? float32Constant(graph, op.input) : int8Constant(graph, op.input),
    tableRows: at(shape, 0),
    rowElements: at(shape, 1),
  };
}
