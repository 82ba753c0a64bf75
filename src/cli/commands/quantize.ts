import { basename, resolve } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { InputError } from '../../errors';
import { layerSensitivity, parseCalibrationRanges } from '../../quantize';
import type { CalibrationRanges, LayerSensitivity } from '../../quantize';
import type { QuantizationReport } from '../../report/report';
import { SampleData } from '../data/sample-data';
import { readBytes } from '../files';
import { readProfile } from '../gpu-profile';
import { jsonOption, positiveInteger } from '../options';
import type { JsonOption } from '../options';
import { observerOption } from '../quantization/observer-option';
import { printLayers, printOutputs } from '../quantization/print-signals';
import { quantizeToFile } from '../quantization/quantize-model';
import type { QuantizeArguments, QuantizedFile } from '../quantization/quantize-model';
import { addRecipeOptions } from '../quantization/recipe-arguments';
import { measureReport } from '../quantization/measure-report';
import { addSourceOptions, readSourceModel } from '../source-model';
import type { SourceArguments, SourceModel } from '../source-model';
import { tableLines } from '../table';
import { print, printJson, styled } from '../terminal';
import { requireFilePlace, writeWhole } from '../write-whole';
import type { WrittenFile } from '../write-whole';

interface Options extends QuantizeArguments, SourceArguments, JsonOption {
  readonly output: string;
  readonly calibrate?: readonly string[];
  readonly data?: readonly string[];
  readonly ranges?: string;
  readonly saveRanges?: string;
  readonly report?: string;
  readonly reportJson?: string;
  readonly compareSequences: number;
  readonly gpu?: string;
  readonly sensitivity?: boolean;
}

export function addQuantizeCommand(program: Command): void {
  const command = program
    .command('quantize')
    .summary('turn a float model into integers, and show what it costs')
    .description(
      'Runs a float model over representative sequences, chooses scales by the recipe and writes an integer .tflite. ' +
        'Sequences are arrays as the model is fed, float32, or int32 for words: .npy or .npz files or folders of those, [batch, time, ...] with ' +
        'one sequence per batch row, or [time, ...] for one. The summary compares both forms on some of them.',
    )
    .argument('<model>', 'float model of any format that is read')
    .requiredOption('-o, --output <file>', 'the .tflite file to write')
    .option('--calibrate <data...>', 'representative sequences; NAME=DATA for a model with several inputs')
    .option('--ranges <file>', 'use the ranges that --save-ranges wrote instead of calibrating')
    .option('--save-ranges <file>', 'also write the ranges that calibration found, as JSON')
    .option('--data <data...>', 'other sequences to compare on (default: those of calibration)')
    .addOption(
      new Option('--compare-sequences <n>', 'compare on at most so many sequences')
        .argParser(positiveInteger)
        .default(16),
    )
    .option('--sensitivity', 'also measure what each layer costs when it alone is made of integers')
    .option('--report <file>', 'also write a report as one HTML file')
    .option('--report-json <file>', "also write the report's figures as JSON")
    .option(
      '--gpu <profile>',
      'the GPU that the report predicts times for, by a name or file as of octogate plan (default: a nominal one)',
    )
    .option('--keep-float <op...>', 'ops that stay in float32, by name; LSTM layers cannot')
    .addOption(observerOption());
  addRecipeOptions(addSourceOptions(command)).addOption(jsonOption()).action(quantizeCommand);
}

async function quantizeCommand(path: string, options: Options): Promise<void> {
  await requirePlaces(path, options);
  const source = await readSourceModel(path, options);
  const { graph } = source;
  const open = async (option: string, words: readonly string[] | undefined): Promise<SampleData | null> =>
    words === undefined ? null : SampleData.open(option, words, graph);
  const calibration = await open('--calibrate', options.calibrate);
  const ranges = options.ranges === undefined ? null : await readRanges(options.ranges);
  const gpu = options.gpu === undefined ? null : await readProfile(options.gpu);
  const compared = (await open('--data', options.data)) ?? calibration;
  const quantized = await quantizeToFile(graph, rangeSource(calibration, ranges), options);
  const report =
    compared === null
      ? null
      : await measureReport(source, quantized, {
          model: basename(path),
          samples: compared.first(options.compareSequences),
          gpu,
          data: options.data === undefined ? 'calibration' : 'other sequences than calibration',
        });
  const layers =
    options.sensitivity === true && compared !== null
      ? await layerSensitivity(quantized, compared.first(options.compareSequences))
      : null;
  await writeWhole(await filesOf(options, quantized, report));
  if (options.json === true) {
    printJson({ ...jsonOf(path, source, options, quantized, report), sensitivity: layers });
    return;
  }
  printSummary(path, source, options, quantized, report);
  if (layers !== null) printSensitivity(layers);
}

function printSensitivity(layers: readonly LayerSensitivity[]): void {
  const rows = layers.map(({ layer, decibels }) => [layer, `${decibels.toFixed(1)} dB`]);
  print();
  for (const line of tableLines([['alone in integers', "outputs' SQNR"], ...rows])) print(line);
}

function rangeSource(
  data: SampleData | null,
  ranges: CalibrationRanges | null,
): Parameters<typeof quantizeToFile>[1] {
  if (ranges !== null && data !== null) {
    throw new InputError(
      '--ranges stands for calibration; leave --calibrate out, and give --data to compare on',
    );
  }
  if (ranges !== null) return { kind: 'ranges', ranges };
  if (data !== null) return { kind: 'data', data };
  throw new InputError(
    'quantize needs representative data (--calibrate DATA), or ranges saved before (--ranges FILE)',
  );
}

/** Everything that would fail at the end is said before anything runs. */
async function requirePlaces(path: string, options: Options): Promise<void> {
  const { output, saveRanges, report, reportJson } = options;
  const places = [output, saveRanges, report, reportJson].filter((place) => place !== undefined);
  for (const [index, place] of places.entries()) {
    if ([path, ...places.slice(0, index)].some((other) => resolve(other) === resolve(place))) {
      throw new InputError(`${place}: is named twice; each file needs a place of its own`);
    }
    await requireFilePlace(place);
  }
  if (options.gpu !== undefined && (report ?? reportJson) === undefined) {
    throw new InputError(
      '--gpu is what a report predicts times for: give --report FILE or --report-json FILE',
    );
  }
  const compares = (report ?? reportJson) !== undefined || options.sensitivity === true;
  if (compares && options.calibrate === undefined && options.data === undefined) {
    throw new InputError('a report or --sensitivity needs sequences to compare on: --data DATA');
  }
}

async function readRanges(path: string): Promise<CalibrationRanges> {
  const text = new TextDecoder().decode(await readBytes(path));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new InputError(`${path}: not JSON; expected what --save-ranges wrote`, { cause });
  }
  return parseCalibrationRanges(value);
}

async function filesOf(
  { output, saveRanges, report: page, reportJson }: Options,
  { file, ranges }: QuantizedFile,
  report: QuantizationReport | null,
): Promise<WrittenFile[]> {
  const json = (path: string | undefined, value: unknown): WrittenFile[] =>
    path === undefined ? [] : [{ path, content: `${JSON.stringify(value, null, 2)}\n` }];
  return [
    { path: output, content: file },
    ...json(saveRanges, ranges),
    ...json(reportJson, report),
    ...(page === undefined || report === null ? [] : [{ path: page, content: await drawPage(report) }]),
  ];
}

/** Charts need a large library, which other commands and runs do without. */
async function drawPage(report: QuantizationReport): Promise<string> {
  const { reportPage } = await import('../quantization/report-page');
  return reportPage(report);
}

function jsonOf(
  path: string,
  { format, fileBytes, notes }: SourceModel,
  { output }: Options,
  { file, record, floatOps, substituted }: QuantizedFile,
  report: QuantizationReport | null,
): Readonly<Record<string, unknown>> {
  return {
    model: path,
    format,
    notes,
    output,
    bytes: { float: fileBytes, integer: file.length },
    record,
    floatOps,
    substituted,
    compared: report === null ? null : summaryOf(report),
  };
}

/** A report without its histograms and curves. */
function summaryOf({ sequences, timesteps, outputs, tensors, lstms }: QuantizationReport): unknown {
  const strip = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value, (key, inner: unknown) => (LARGE.includes(key) ? undefined : inner)));
  return { sequences, timesteps, outputs: strip(outputs), tensors: strip(tensors), lstms: strip(lstms) };
}

const LARGE = ['histogram', 'growth'];

function printSummary(
  path: string,
  { fileBytes, notes }: SourceModel,
  { output }: Options,
  { file, record, floatOps, substituted }: QuantizedFile,
  report: QuantizationReport | null,
): void {
  const share = `${((100 * file.length) / fileBytes).toFixed(0)} %`;
  print(`${styled('bold', output)} (${file.length} bytes, ${share} of ${path}'s ${fileBytes})`);
  const facts = [
    ['recipe', record.recipe],
    ['ranges', `${record.observer}, ${record.samples} sequences`],
    ['left in float', floatOps.length === 0 ? 'nothing' : floatOps.join(', ')],
    ...(substituted.length === 0 ? [] : [['16 bits, 8 in TFLite', substituted.join(', ')]]),
  ];
  for (const line of tableLines(facts)) print(line);
  for (const { subject, note } of notes) print(`  ${subject}: ${note}`);
  if (report === null) return;
  print();
  print(styled('bold', `Float and integers on ${report.sequences} sequences (${report.data})`));
  printLayers(report.tensors, report.lstms);
  print();
  printOutputs(report.outputs);
}
