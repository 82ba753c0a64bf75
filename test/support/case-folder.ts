import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { readNpy } from '../../src/cli/npy';
import type { Answer, WrittenCase } from '../../src/conformance/leg';
import { InputError } from '../../src/errors';
import { importTflite } from '../../src/import/tflite';

/** A folder with a model of one input and output, the inputs of calls, and the outputs that they must give. */
export interface RecordedCase {
  readonly name: string;
  readonly written: WrittenCase;
  readonly expected: Answer;
}

/**
 * Reads a case: `model.tflite`, `input0.npy`, `output0.npy`, and so on for each call.
 *
 * @throws InputError or ModelFormatError if it is not one.
 */
export async function readRecordedCase(folder: string): Promise<RecordedCase> {
  const model = new Uint8Array(await readFile(join(folder, 'model.tflite')));
  const calls: Int8Array[] = [];
  const outputs: Int8Array[] = [];
  for (let call = 0; existsSync(join(folder, `input${call}.npy`)); call++) {
    calls.push(await readInt8(join(folder, `input${call}.npy`)));
    outputs.push(await readInt8(join(folder, `output${call}.npy`)));
  }
  return {
    name: basename(resolve(folder)),
    written: { model, graph: importTflite(model), calls },
    expected: { outputs, state: null },
  };
}

/**
 * The case folders below a folder, sorted.
 *
 * @throws InputError if there is none.
 */
export async function caseFolders(parent: string): Promise<string[]> {
  const names = await readdir(parent).catch((cause: unknown) => {
    throw new InputError(`${parent}: no such folder of cases`, { cause });
  });
  const folders = names
    .sort()
    .map((name) => join(parent, name))
    .filter((folder) => existsSync(join(folder, 'model.tflite')));
  if (folders.length > 0) return folders;
  throw new InputError(
    `${parent}: no case found; a case is a folder with model.tflite, input0.npy and output0.npy`,
  );
}

async function readInt8(path: string): Promise<Int8Array> {
  const { data } = await readNpy(path, 'int8');
  return Int8Array.from(data);
}
