import type { LookupParameters } from '../contract/op-parameters';

/**
 * Twin of `lookup.wgsl`: a function of one int8, element by element.
 *
 * @param input int8, any shape
 * @param out int8 of the same shape
 */
export function lookup({ table }: LookupParameters, input: Int8Array, out: Int8Array): void {
  for (let index = 0; index < input.length; index++) out[index] = table[input[index]! & 0xff]!;
}
