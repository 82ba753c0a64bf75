#!/usr/bin/env node
// @ts-check
/**
 * Runs a model over every `.npy` file of a folder: `node main.mjs MODEL.tflite INPUTS OUTPUTS`. Each file is one call,
 * `[batch, time, features]` as the model lays it out, and its output is written under the same name.
 */
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SingleBar } from 'cli-progress';
import { Octogate, OctogateError } from 'octogate';
import { callInputs, callOutput, encodeNpy, parseNpy } from 'octogate/data';
import { createNodeGpu } from 'octogate/node';

/**
 * @param {string} modelPath
 * @param {string} inputFolder
 * @param {string} outputFolder
 * @param {AbortSignal} signal
 * @returns {Promise<readonly string[]>} what went wrong, file by file
 */
async function run(modelPath, inputFolder, outputFolder, signal) {
  const names = (await readdir(inputFolder)).filter((name) => name.endsWith('.npy')).sort();
  await mkdir(outputFolder, { recursive: true });
  const model = await Octogate.load(await readFile(modelPath), { gpu: await createNodeGpu() });

  /** By batch: calls of one size share buffers and compiled kernels. @type {Map<number, import('octogate').Session>} */
  const sessions = new Map();
  /** @type {string[]} */
  const problems = [];
  const bar = new SingleBar({ format: '{bar} {value} of {total}, {eta_formatted} left' });
  bar.start(names.length, 0);
  try {
    for (const name of names) {
      try {
        const array = parseNpy(name, await readFile(join(inputFolder, name)));
        const call = callInputs(model, [{ label: name, ...array }]);
        const session = sessions.get(call.batch) ?? model.createSession({ batch: call.batch });
        sessions.set(call.batch, session);
        session.reset();
        const results = await session.runNamed(call.values, { signal });
        for (const end of model.outputs) {
          const { shape, data } = callOutput(end, results, call, 'float32');
          const suffix = model.outputs.length === 1 ? '' : `-${end.name.replaceAll(/[^\w.-]/g, '_')}`;
          await writeFile(
            join(outputFolder, name.replace(/\.npy$/, `${suffix}.npy`)),
            encodeNpy({ shape, data }),
          );
        }
      } catch (error) {
        // A file that does not fit is told about; the session stays as it was, and the others are run.
        if (!(error instanceof OctogateError)) throw error;
        problems.push(error.message);
      }
      bar.increment();
    }
  } finally {
    bar.stop();
    model.dispose();
  }
  return problems;
}

const [modelPath, inputFolder, outputFolder] = process.argv.slice(2);
if (modelPath === undefined || inputFolder === undefined || outputFolder === undefined) {
  console.error('usage: node main.mjs MODEL.tflite INPUTS OUTPUTS');
  process.exitCode = 2;
} else {
  // Ctrl+C ends the call that is under way; what was written stays.
  const interrupted = new AbortController();
  process.once('SIGINT', () => {
    interrupted.abort(new Error('interrupted'));
  });
  try {
    const problems = await run(modelPath, inputFolder, outputFolder, interrupted.signal);
    for (const problem of problems) console.error(problem);
    if (problems.length > 0) process.exitCode = 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
