import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { callOutput } from '../../data';
import { at, InputError, OctogateError } from '../../errors';
import type { Model } from '../../index';
import type { Execution, ExecutionReport } from '../execution';
import { readBytes } from '../files';
import { readCallInputs } from '../model-arrays';
import { readNpy } from '../npy';
import { compareOutput } from './compare-output';
import type { OutputDifference } from './compare-output';
import { arrayFiles, MODEL_FILE } from './find-cases';
import type { Case } from './find-cases';

/** A difference with the call and the file that it is in. */
export interface CaseDifference extends OutputDifference {
  readonly call: number;
  readonly file: string;
}

export interface CaseResult {
  readonly name: string;
  readonly passed: boolean;
  /** Calls that were run and values that were compared. */
  readonly calls: number;
  readonly compared: number;
  /** The first of them. */
  readonly difference: CaseDifference | null;
  /** Why the case could not be run to its end. */
  readonly error: string | null;
}

/** What a case came to, with who did the work; null if it did not get that far. */
export interface CaseOutcome {
  readonly result: CaseResult;
  readonly report: ExecutionReport | null;
}

/** Runs a case on a new session and compares every output. An error on the way fails the case, and no other. */
export async function runCase({ name, folder }: Case, execution: Execution): Promise<CaseOutcome> {
  const done = { calls: 0, compared: 0 };
  let report: ExecutionReport | null = null;
  let model: Model | null = null;
  try {
    model = await execution.load(await readBytes(join(folder, MODEL_FILE)));
    const { batch } = await readCallInputs(model, inputPaths(model, folder, 0));
    report = await execution.report(model, batch);
    const difference = await compareCalls(model, batch, folder, done);
    return { result: { name, passed: difference === null, ...done, difference, error: null }, report };
  } catch (error) {
    if (!(error instanceof OctogateError)) throw error;
    return { result: { name, passed: false, ...done, difference: null, error: error.message }, report };
  } finally {
    model?.dispose();
  }
}

async function compareCalls(
  model: Model,
  batch: number,
  folder: string,
  done: { calls: number; compared: number },
): Promise<CaseDifference | null> {
  const session = model.createSession({ batch });
  for (let call = 0; call === 0 || inputPaths(model, folder, call).some((path) => existsSync(path)); call++) {
    const inputs = await readCallInputs(model, inputPaths(model, folder, call));
    const results = await session.runNamed(inputs.values);
    done.calls += 1;
    for (const [index, file] of arrayFiles('output', call, model.outputs.length).entries()) {
      const path = join(folder, file);
      const expected = await readNpy(path, 'int8', 'float32');
      const type = expected.data instanceof Int8Array ? 'int8' : 'float32';
      const output = callOutput(at(model.outputs, index), results, inputs, type);
      if (expected.shape.join() !== output.shape.join()) {
        throw new InputError(
          `${path}: shape [${expected.shape.join(', ')}] found, but the model gives [${output.shape.join(', ')}]`,
        );
      }
      const difference = compareOutput(output, expected.data);
      done.compared += output.data.length;
      if (difference !== null) return { call, file, ...difference };
    }
  }
  return null;
}

function inputPaths(model: Model, folder: string, call: number): string[] {
  return arrayFiles('input', call, model.inputs.length).map((file) => join(folder, file));
}
