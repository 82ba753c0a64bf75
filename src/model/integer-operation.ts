import type { BinaryOp, IntegerOperation } from './ops';

const INTEGER_OPERATIONS: readonly string[] = [
  'add',
  'subtract',
  'multiply',
] satisfies readonly IntegerOperation[];

/** Whether an operation of two sides has an integer kernel; the others run in float32 only. */
export function isIntegerOperation(operation: BinaryOp['operation']): operation is IntegerOperation {
  return INTEGER_OPERATIONS.includes(operation);
}
