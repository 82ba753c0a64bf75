import { ModelFormatError, UnsupportedModelError } from '../errors';
import { importModel } from '../import';
import type { Graph } from '../model';
import { readBytes } from './files';

/** A model as its file states it. */
export interface SourceModel {
  readonly graph: Graph;
  readonly fileBytes: number;
}

/**
 * Reads a model of any format.
 *
 * @throws InputError if the file cannot be read; ModelFormatError or UnsupportedModelError, beginning with the path, if it is
 * no model that is read.
 */
export async function readSourceModel(path: string): Promise<SourceModel> {
  const bytes = await readBytes(path);
  try {
    return { graph: await importModel(bytes, { name: 'the file' }), fileBytes: bytes.length };
  } catch (error) {
    if (error instanceof ModelFormatError) {
      throw new ModelFormatError(`${path}: ${error.message}`, { cause: error });
    }
    if (!(error instanceof UnsupportedModelError)) throw error;
    throw new UnsupportedModelError(
      error.reasons.map(({ subject, reason }) => ({ subject: `${path}: ${subject}`, reason })),
    );
  }
}
