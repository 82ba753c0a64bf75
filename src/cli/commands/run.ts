import { basename, join } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { parseCallInput } from '../call-arguments';
import { arrayFiles } from '../cases/find-cases';
import { Execution, printExecution } from '../execution';
import type { ExecutionReport } from '../execution';
import { makeFolder, readBytes } from '../files';
import { callOutput } from '../../data';
import type { CallInputs, CallOutput } from '../../data';
import { at, InputError } from '../../errors';
import type { Model, RunOptions } from '../../index';
import { readCallInputs } from '../model-arrays';
import { dtypeOf } from '../../data/npy';
import { writeNpy } from '../npy';
import { addExecutionOptions, jsonOption } from '../options';
import type { ExecutionOptions, JsonOption } from '../options';
import { hasTerminal, startProgress } from '../progress';
import { tableLines } from '../table';
import { print, printJson } from '../terminal';
import { LayerTraces } from '../trace/call-trace';
import { TraceFolderWriter } from '../trace/trace-folder';

interface Options extends ExecutionOptions, JsonOption {
  readonly input: readonly string[];
  readonly outputDir: string;
  readonly float?: boolean;
  readonly trace?: string;
}

/** What a call read and wrote. */
interface CallReport {
  readonly inputs: readonly string[];
  readonly outputs: readonly {
    readonly name: string;
    readonly file: string;
    readonly dtype: string;
    readonly shape: readonly number[];
  }[];
  readonly elapsedMs: number;
}

export function addRunCommand(program: Command): void {
  const command = program
    .command('run')
    .summary('run a model on arrays')
    .description(
      'Runs a .tflite model on NumPy arrays and writes output0.npy, output1.npy, …: one per call, or output0-0.npy, ' +
        'output0-1.npy, … for a model with several outputs. Inputs are int8 as the model holds them, or float32 real ' +
        'values that are quantized by its scale; batch and timesteps follow from their shape.',
    )
    .argument('<model>', '.tflite file')
    .addOption(
      new Option(
        '-i, --input <file>',
        'input of a call; each further --input is a next call, with the state of the one before. ' +
          'A model with several inputs takes NAME=FILE,NAME=FILE',
      )
        .argParser((file: string, before: readonly string[] | undefined) => [...(before ?? []), file])
        .makeOptionMandatory(),
    )
    .requiredOption('-o, --output-dir <dir>', 'folder for the outputs')
    .option('--float', 'write outputs as float32 real values instead of int8')
    .option('--trace <dir>', 'also write every stage of every LSTM timestep, for `octogate diff` (slow)');
  addExecutionOptions(command).addOption(jsonOption()).action(run);
}

async function run(path: string, options: Options): Promise<void> {
  const bytes = await readBytes(path);
  const execution = await Execution.start(options);
  try {
    const model = await execution.load(bytes);
    const calls = await readCalls(model, options.input);
    await makeFolder(options.outputDir);
    const reports = await runCalls(model, calls, options);
    const report = await execution.report(model, at(calls, 0).batch);
    if (options.json === true) printJson({ model: path, ...report, calls: reports });
    else printReport(report, reports);
    model.dispose();
  } finally {
    await execution.close();
  }
}

interface Call extends CallInputs {
  readonly paths: readonly string[];
}

/** Everything that can be wrong with the inputs is said before anything runs. */
async function readCalls(model: Model, inputs: readonly string[]): Promise<Call[]> {
  const calls: Call[] = [];
  for (const input of inputs) {
    const paths = parseCallInput(input, model);
    const call = { paths, ...(await readCallInputs(model, paths)) };
    const first = calls[0] ?? call;
    if (call.batch !== first.batch) {
      throw new InputError(
        `${input}: batch ${call.batch} found, but the first call's is ${first.batch}; ` +
          'state carries over between calls of one batch only',
      );
    }
    calls.push(call);
  }
  return calls;
}

async function runCalls(model: Model, calls: readonly Call[], options: Options): Promise<CallReport[]> {
  const session = model.createSession({ batch: at(calls, 0).batch });
  const traceFolder = options.trace === undefined ? null : new TraceFolderWriter(options.trace);
  const progress = startProgress(calls.length);
  const reports: CallReport[] = [];
  try {
    for (const [index, call] of calls.entries()) {
      const traces = new LayerTraces();
      const runOptions: RunOptions = {
        ...(traceFolder === null ? {} : { onTrace: traces.add }),
        // A call that reports its progress waits for every submission, so only where somebody watches.
        ...(hasTerminal()
          ? {
              onProgress: (fraction: number) => {
                progress.update(index + fraction, `call ${index}`);
              },
            }
          : {}),
      };
      const start = performance.now();
      const results = await session.runNamed(call.values, runOptions);
      const elapsedMs = performance.now() - start;
      const type = options.float === true ? 'float32' : 'int8';
      const outputs = model.outputs.map((end) => callOutput(end, results, call, type));
      reports.push({
        inputs: call.paths,
        outputs: await writeOutputs(outputs, index, options.outputDir),
        elapsedMs,
      });
      await traceFolder?.addCall({
        layers: traces.joined(),
        outputs: outputs.map(({ end, shape, data }) => ({ name: end.name, shape, data })),
      });
    }
  } finally {
    progress.stop();
  }
  await traceFolder?.close();
  return reports;
}

async function writeOutputs(
  outputs: readonly CallOutput[],
  call: number,
  folder: string,
): Promise<CallReport['outputs']> {
  const files = arrayFiles('output', call, outputs.length).map((file) => join(folder, file));
  return Promise.all(
    outputs.map(async (output, index) => {
      const file = at(files, index);
      await writeNpy(file, output);
      return { name: output.end.name, file, dtype: dtypeOf(output.data), shape: output.shape };
    }),
  );
}

function printReport(report: ExecutionReport, calls: readonly CallReport[]): void {
  printExecution(report);
  const rows = calls.flatMap(({ inputs, outputs, elapsedMs }) =>
    outputs.map(({ file, dtype, shape }, index) => [
      index === 0 ? inputs.map((path) => basename(path)).join(', ') : '',
      '->',
      file,
      `${dtype} [${shape.join(', ')}]`,
      index === 0 ? `${elapsedMs.toFixed(1)} ms` : '',
    ]),
  );
  for (const line of tableLines(rows, '')) print(line);
}
