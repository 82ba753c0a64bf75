import { at, InputError } from '../errors';

/**
 * Checks the positions of one call before they reach a kernel, which could not say what is wrong.
 *
 * @throws InputError naming the first one outside the table.
 */
export function requireTableRows(name: string, indices: Int32Array, tableRows: number): void {
  const position = indices.findIndex((index) => index < 0 || index >= tableRows);
  if (position === -1) return;
  throw new InputError(
    `${name}: value ${position} is ${at(indices, position)}; its table has rows 0 to ${tableRows - 1}`,
  );
}
