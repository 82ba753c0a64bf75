import { InputError } from '../errors';
import type { Model } from '../index';

/**
 * The files of one `--input`, in the order of the model's inputs: a path, or `name=path,name=path` for a model with
 * several inputs.
 *
 * @throws InputError naming what is missing, unknown or given twice.
 */
export function parseCallInput(argument: string, { inputs }: Pick<Model, 'inputs'>): string[] {
  const [only, ...others] = inputs.map(({ name }) => name);
  if (only !== undefined && others.length === 0) {
    return [argument.startsWith(`${only}=`) ? argument.slice(only.length + 1) : argument];
  }
  const names = inputs.map(({ name }) => name);
  const form = `--input ${names.map((name) => `${name}=FILE`).join(',')}`;
  const paths = new Map<string, string>();
  for (const part of argument.split(',')) {
    const name = names.find((candidate) => part.startsWith(`${candidate}=`));
    if (name === undefined) throw new InputError(`--input: "${part}" names no input; expected ${form}`);
    if (paths.has(name)) throw new InputError(`--input: "${name}" is given twice; expected ${form}`);
    paths.set(name, part.slice(name.length + 1));
  }
  return names.map((name) => {
    const path = paths.get(name);
    if (path === undefined) throw new InputError(`--input: no file for "${name}"; expected ${form}`);
    return path;
  });
}
