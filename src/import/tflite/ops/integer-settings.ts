import { at, ModelFormatError } from '../../../errors';
import type { OperatorReader } from '../operator-reader';

/**
 * An input whose constant integers are settings of the op: a target shape, axes, paddings.
 *
 * @returns null if the input is absent
 * @throws UnsupportedModelError if it is computed while the model runs; ModelFormatError if it holds no integers.
 */
export function optionalIntegers(operator: OperatorReader, slot: number, role: string): number[] | null {
  const tensor = operator.settings(slot, role);
  if (tensor === null) return null;
  const { data, dtype } = tensor;
  if (data === null) {
    return operator.refuse(
      `its ${role} is computed while it runs; a constant one is expected, export the model with fixed shapes`,
    );
  }
  if (!(data instanceof Int32Array || data instanceof BigInt64Array)) {
    throw new ModelFormatError(
      `${operator.subject}: its ${role} is ${dtype}; int32 is expected, convert the model again`,
    );
  }
  return Array.from<number | bigint, number>(data, Number);
}

/** `optionalIntegers` that must be there. */
export function integers(operator: OperatorReader, slot: number, role: string): number[] {
  const values = optionalIntegers(operator, slot, role);
  if (values !== null) return values;
  throw new ModelFormatError(
    `${operator.subject}: its ${role} (input ${slot}) is missing; convert the model again`,
  );
}

/** The one integer of such an input. */
export function integer(operator: OperatorReader, slot: number, role: string): number {
  const values = integers(operator, slot, role);
  if (values.length === 1) return at(values, 0);
  throw new ModelFormatError(`${operator.subject}: its ${role} has ${values.length} elements, 1 expected`);
}

/**
 * An axis counted from the first dimension; files may count from the last.
 *
 * @throws ModelFormatError if there is no such dimension.
 */
export function resolveAxis(operator: OperatorReader, axis: number, rank: number): number {
  const resolved = axis < 0 ? axis + rank : axis;
  if (resolved >= 0 && resolved < rank) return resolved;
  throw new ModelFormatError(
    `${operator.subject}: there is no dimension ${axis} among ${rank}; convert the model again`,
  );
}
