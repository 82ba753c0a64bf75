import type { ShaderSources } from '../../src/gpu/shader-sources';

/** A mistake that could be made in a shader: the text in its file that would be wrong, and how. */
export interface Fault {
  /** Relative to `shaders/`. */
  readonly file: string;
  /** What is wrong, in the words of a review. */
  readonly description: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

/** Faults, and the tests that have to notice each of them. */
export interface FaultGroup {
  /** Relative to the repository's root. */
  readonly testFile: string;
  /** Part of the tests' full name, to run no more than needed; all of the file's tests without it. */
  readonly testName?: string;
  readonly faults: readonly Fault[];
}

/**
 * A shader file's text with the fault in it.
 *
 * @throws Error if the text that the fault replaces is not there exactly once: then the shader has changed, and the fault
 * has to follow.
 */
export function seedFault(sources: ShaderSources, { file, description, find, replace }: Fault): string {
  const text = sources.get(file);
  if (text === undefined) throw new Error(`fault "${description}": there is no shaders/${file}`);
  const pieces = text.split(find);
  if (pieces.length !== 2) {
    throw new Error(
      `fault "${description}": shaders/${file} has its text ${pieces.length - 1} times, not once; bring the fault up to ` +
        `date\n${find}`,
    );
  }
  return pieces.join(replace);
}

/** Names a file once for all its faults. */
export function faultsIn(
  file: string,
  ...faults: readonly (readonly [description: string, find: string, replace: string])[]
): Fault[] {
  return faults.map(([description, find, replace]) => ({ file, description, find, replace }));
}
