import { logisticQ3_12 } from '../arith';

/**
 * Twin of `logistic_int16.wgsl`: the logistic function of a gate, element by element.
 *
 * @param input int16 Q3.12
 * @param out int16 Q0.15, of the input's size
 */
export function logisticInt16(input: Int16Array, out: Int16Array): void {
  for (let index = 0; index < input.length; index++) out[index] = logisticQ3_12(input[index]!);
}
