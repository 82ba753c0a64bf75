import { Option } from 'commander';
import type { Command } from 'commander';
import { parseShape, predictCall, PROFILES, SHAPES } from '../../bench';
import type { CallPrediction, GpuProfile } from '../../bench';
import { randomModel } from '../../bench/random-model';
import type { KernelOptions, LstmPath } from '../../index';
import { importTflite } from '../../import/tflite';
import type { ExecutableModel } from '../../runtime/executor';
import { ALL_FAMILIES } from '../../runtime/families/all';
import { prepareGraph } from '../../runtime/prepare-graph';
import { readBytes } from '../files';
import { readProfile } from '../gpu-profile';
import { dotOption, jsonOption, lstmOption, positiveInteger, rowsOption } from '../options';
import type { JsonOption } from '../options';
import { tableLines } from '../table';
import { print, printJson, styled } from '../terminal';

interface PlanArguments extends JsonOption {
  readonly gpu?: string;
  readonly batch?: number;
  readonly timesteps?: number;
  readonly lstm?: LstmPath;
  readonly dot: NonNullable<KernelOptions['dot']>;
  readonly rows: NonNullable<KernelOptions['rows']>;
}

export function addPlanCommand(program: Command): void {
  program
    .command('plan')
    .summary('predict how long a model takes on a GPU that is not at hand')
    .description(
      'Predicts the time of a call, per kernel, and what bounds it, from published or measured figures of a GPU: ' +
        `${PROFILES.map(({ name }) => name).join(', ')}, or the JSON of a run of octogate bench. Without --gpu, on all of them. ` +
        'Needs no GPU. docs/performance.md says how far predictions are off on adapters that were measured.',
    )
    .argument(
      '<model>',
      `.tflite file, a known shape (${SHAPES.map(({ name }) => name).join(', ')}), or sizes as of bench --shape`,
    )
    .option('--gpu <profile>', 'name of a profile, or a file that octogate bench wrote')
    .addOption(new Option('--batch <n>', "sequences (default: the model's)").argParser(positiveInteger))
    .addOption(new Option('--timesteps <n>', "timesteps (default: the model's)").argParser(positiveInteger))
    .addOption(lstmOption())
    .addOption(dotOption().default('packed'))
    .addOption(rowsOption().default('subgroup'))
    .addOption(jsonOption())
    .action(plan);
}

async function plan(source: string, options: PlanArguments): Promise<void> {
  const model = await openModel(source);
  const { dot, rows, lstm, json } = options;
  const batch = options.batch ?? model.shapes.batch.inFile;
  const timesteps = options.timesteps ?? model.shapes.timesteps.inFile;
  const planOptions = { batch, timesteps, dot, rows, path: lstm ?? null, trace: false };
  const gpus = options.gpu === undefined ? PROFILES : [await readProfile(options.gpu)];
  const predictions = gpus.map((gpu) => ({ gpu, prediction: predictCall(model, planOptions, gpu) }));
  if (json === true) {
    printJson({ model: source, batch, timesteps, predictions });
    return;
  }
  print(`${styled('bold', source)}, ${timesteps} timesteps, batch ${batch}`);
  if (options.gpu === undefined) printOverview(predictions);
  else for (const { gpu, prediction } of predictions) printPrediction(gpu, prediction);
}

async function openModel(source: string): Promise<ExecutableModel> {
  const known = SHAPES.find(({ name }) => name === source);
  if (known !== undefined) return prepareGraph(randomModel(known, 1), ALL_FAMILIES);
  if (/^\d+,/.test(source)) return prepareGraph(randomModel(parseShape(source), 1), ALL_FAMILIES);
  return prepareGraph(importTflite(await readBytes(source)), ALL_FAMILIES);
}

function printOverview(
  predictions: readonly { readonly gpu: GpuProfile; readonly prediction: CallPrediction }[],
): void {
  const rows = predictions.map(({ gpu, prediction }) => [
    gpu.name,
    prediction.ms.toPrecision(3),
    prediction.bound,
    gpu.title,
  ]);
  for (const line of tableLines([['profile', 'ms', 'bound by', ''], ...rows])) print(line);
}

function printPrediction(gpu: GpuProfile, { kernels, readbacks, submitMs, ms, bound }: CallPrediction): void {
  print(`on ${gpu.title}: ${ms.toPrecision(3)} ms a call, bound by ${bound}`);
  print();
  const rows = kernels.map((kernel) => [
    kernel.op,
    kernel.kernel,
    `${kernel.dispatches} x`,
    `${(kernel.macs / 1e6).toPrecision(3)} M`,
    kernel.ms.toPrecision(3),
    kernel.bound,
  ]);
  const last = ['submission and readback', '', `${readbacks} x`, '', submitMs.toPrecision(3), ''];
  const header = ['op', 'kernel', 'dispatches', 'MACs', 'ms', 'bound by'];
  for (const line of tableLines([header, ...rows, last])) print(line);
  print();
  print(styled('dim', gpu.source));
}
