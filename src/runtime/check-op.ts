import { at, MismatchError } from '../errors';
import type { MismatchLocation } from '../errors';
import type { LoweredFloat } from '../lower/float';
import type { LoweredLstm } from '../lower/lstm';
import type { LoweredOp } from '../lower/program';
import { opTensors } from '../model';
import type { TensorId } from '../model';
import { evaluateShapes, factorSize } from '../model/shapes';
import type { SessionSizes, SymbolicShape } from '../model/shapes';
import { firstFloatDifference } from './check-float';
import type { CheckedCall } from './check-lstm';
import { firstDifference } from './compare-stages';
import type { TensorValue } from './executor';
import type { ReferenceContext } from './reference-context';
import { runReferenceOp } from './reference-ops';

/**
 * Repeats an op without state by its twin, on the values that the other executor gave it.
 *
 * @returns the number of values compared
 * @throws MismatchError at the first value that differs, or, of an island, differs by more than `floatTolerance`.
 */
export function checkOp(lowered: Exclude<LoweredOp, LoweredLstm>, call: CheckedCall): number {
  const values = new Map(call.known);
  const produced = producedTensors(lowered);
  for (const id of produced) values.delete(id);
  const context: ReferenceContext = {
    graph: call.model.program.graph,
    shapes: evaluateShapes(call.model.shapes, call),
    lengths: null,
    steps: null,
    state: { batch: call.batch, layers: [] },
    values,
    onStep: null,
  };
  runReferenceOp(lowered, context);
  let compared = 0;
  for (const id of produced) {
    const [expected, actual] = [values.get(id), call.known.get(id)];
    if (expected === undefined || actual === undefined) throw new TypeError(`tensor ${id} has no values`);
    const index = differenceIn(lowered, context, expected, actual);
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

/** Integers, and what is only moved, have to be equal; what an island computes, near. */
function differenceIn(
  lowered: Exclude<LoweredOp, LoweredLstm>,
  context: ReferenceContext,
  expected: TensorValue,
  actual: TensorValue,
): number | null {
  if (!(expected instanceof Float32Array && actual instanceof Float32Array)) {
    return firstDifference(expected, actual);
  }
  return isFloatOp(lowered)
    ? firstFloatDifference(lowered, context, expected, actual)
    : firstDifference(bitsOf(expected), bitsOf(actual));
}

function isFloatOp(lowered: LoweredOp): lowered is LoweredFloat {
  return lowered.kind.startsWith('float');
}

function bitsOf({ buffer, byteOffset, length }: Float32Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, length);
}

/** Tensors that an op makes on the device. */
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
