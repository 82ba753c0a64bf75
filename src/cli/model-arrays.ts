import { callInputs, parseNpy } from '../data';
import type { CallInputs } from '../data';
import { at } from '../errors';
import type { Model } from '../index';
import { readBytes } from './files';

/**
 * Reads the arrays of one call.
 *
 * @param paths one file per input of the model, in its order
 * @throws InputError naming the file that cannot be read, or whose type or shape the model does not take.
 */
export async function readCallInputs(model: Model, paths: readonly string[]): Promise<CallInputs> {
  const arrays = await Promise.all(
    model.inputs.map(async (_, index) => {
      const label = at(paths, index);
      return { label, ...parseNpy(label, await readBytes(label)) };
    }),
  );
  return callInputs(model, arrays);
}
