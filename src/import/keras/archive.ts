import { unzipSync } from 'fflate';
import { ModelFormatError, UnsupportedModelError } from '../../errors';

const CONFIG = 'config.json';
const WEIGHTS = 'model.weights.h5';
/** DEFLATE makes at most this many bytes out of one; more is claimed only by a damaged or hostile file. */
const LARGEST_EXPANSION = 1032;
/** Weights of a thousand million parameters. */
const MOST_BYTES = 2 ** 32;

/** What a `.keras` file is made of. */
export interface KerasArchive {
  readonly config: string;
  /** An HDF5 file. */
  readonly weights: Uint8Array;
}

/**
 * Takes a `.keras` file apart.
 *
 * @throws ModelFormatError if it is no archive, damaged, or lacks the model's description; UnsupportedModelError if its
 * weights are stored in another way.
 */
export function openArchive(bytes: Uint8Array): KerasArchive {
  const files = unzip(bytes);
  const config = files[CONFIG];
  const weights = files[WEIGHTS];
  if (config === undefined) {
    throw new ModelFormatError(
      `the .keras file has no ${CONFIG}; save the model with model.save('model.keras')`,
    );
  }
  if (weights === undefined) {
    const reason = `has no ${WEIGHTS}; save the model in one file, without sharded weights`;
    throw new UnsupportedModelError([{ subject: 'the .keras file', reason }]);
  }
  return { config: new TextDecoder().decode(config), weights };
}

function unzip(bytes: Uint8Array): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, {
      filter: ({ name, size, originalSize }) => {
        if (name !== CONFIG && name !== WEIGHTS) return false;
        if (originalSize <= Math.min(size * LARGEST_EXPANSION, MOST_BYTES) && size <= bytes.length)
          return true;
        throw new ModelFormatError(
          `the .keras file: ${name} cannot have ${originalSize} bytes; get it again`,
        );
      },
    });
  } catch (error) {
    if (error instanceof ModelFormatError) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    throw new ModelFormatError(`the .keras file is damaged (${problem}); get it again`, { cause: error });
  }
}
