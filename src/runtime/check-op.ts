import { at, MismatchError } from '../errors';
import type { MismatchLocation } from '../errors';
import type { LoweredLstm } from '../lower/lstm';
import type { LoweredOp } from '../lower/program';
import { opTensors } from '../model';
import type { TensorId } from '../model';
import { evaluateShapes, factorSize } from '../model/shapes';
import type { SessionSizes, SymbolicShape } from '../model/shapes';
import type { CheckedCall } from './check-lstm';
import { firstDifference } from './compare-stages';
import { valueOf } from './executor';
import { runReferenceOp } from './reference-ops';

/**
 * Repeats an op without state by its twin, on the values that the other executor gave it.
 *
 * @returns the number of values compared
 * @throws MismatchError at the first value that differs.
 */
export function checkOp(lowered: Exclude<LoweredOp, LoweredLstm>, call: CheckedCall): number {
  const values = new Map(call.known);
  const produced = producedTensors(lowered);
  for (const id of produced) values.delete(id);
  runReferenceOp(lowered, {
    graph: call.model.program.graph,
    shapes: evaluateShapes(call.model.shapes, call),
    lengths: null,
    steps: null,
    state: { batch: call.batch, layers: [] },
    values,
    onStep: null,
  });
  let compared = 0;
  for (const id of produced) {
    const expected = valueOf(values, id);
    const actual = valueOf(call.known, id);
    const index = firstDifference(expected, actual);
    if (index !== null) {
      throw new MismatchError({
        layer: lowered.op.name,
        stage: 'output',
        ...placeOf(index, at(call.model.shapes.tensors, id), call),
        expected: at(expected, index),
        actual: at(actual, index),
      });
    }
    compared += expected.length;
  }
  return compared;
}

/** int8 tensors that an op makes on the device. */
export function producedTensors(lowered: LoweredOp): TensorId[] {
  switch (lowered.kind) {
    case 'lstm':
      return lowered.op.directions.map(({ output }) => output);
    case 'quantize':
    case 'dequantize':
      return [];
    default:
      return opTensors(lowered.op).outputs.map(({ id }) => id);
  }
}

/** Batch row, timestep, and what is left of a row-major index without them. */
function placeOf(
  index: number,
  shape: SymbolicShape,
  sizes: SessionSizes,
): Pick<MismatchLocation, 'timestep' | 'batchRow' | 'unit'> {
  let rest = index;
  let unit = 0;
  let unitStride = 1;
  let batchRow = 0;
  let timestep: number | null = null;
  for (const factor of shape.flat().reverse()) {
    const size = factorSize(factor, sizes);
    const coordinate = rest % size;
    rest = Math.floor(rest / size);
    if (factor === 'batch') batchRow = coordinate;
    else if (factor === 'time') timestep = coordinate;
    else {
      unit += coordinate * unitStride;
      unitStride *= size;
    }
  }
  return { timestep, batchRow, unit };
}
