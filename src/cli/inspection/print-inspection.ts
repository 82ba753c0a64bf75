import type { GraphReport, LstmLayerReport, QuantizationOutlook, TensorReport } from '../../inspect';
import type { Quantization } from '../../model';
import type { SessionSize } from '../../model/shapes';
import { describeRows } from '../execution';
import { tableLines } from '../table';
import { heading, print } from '../terminal';
import type { Inspection } from './inspection';
import type { PlanReport } from './plan-report';
import { printRecorded } from './print-recorded';

/** Bytes above this are told in larger units too. */
const KIB = 1024;

export function printInspection({ graph, notes, quantization, recorded, plan, reasons }: Inspection): void {
  if (graph !== null) {
    printEnds(graph);
    if (plan !== null) printSizes(plan);
    printLayers(graph, plan);
    printNotes(notes);
    printOps(graph);
    printTensors(graph);
    printCosts(graph, plan);
  }
  if (plan !== null) printPlan(plan);
  if (recorded !== null) printRecorded(recorded);
  if (quantization !== null) printOutlook(quantization);
  if (reasons.length > 0) {
    heading(`Cannot run: ${reasons.length} ${reasons.length === 1 ? 'reason' : 'reasons'}`);
    for (const { subject, reason } of reasons) print(`  ${subject}: ${reason}`);
  }
}

function printEnds({ inputs, outputs }: GraphReport): void {
  const row = (role: string, { name, dtype, shape, quantization }: TensorReport): string[] => [
    role,
    name,
    `${dtype} ${dimensions(shape)}`,
    quantization === null ? '' : `scale ${describeScale(quantization)}`,
  ];
  const rows = [...inputs.map((end) => row('input', end)), ...outputs.map((end) => row('output', end))];
  for (const line of tableLines(rows)) print(line);
}

function printSizes({ sessionSizes: { batch, timesteps } }: PlanReport): void {
  const describe = ({ inFile, fixedBecause }: SessionSize): string =>
    fixedBecause === null ? `any (${inFile} in the file)` : `${inFile} only: ${fixedBecause}`;
  const rows = [
    ['batch', describe(batch)],
    ['timesteps', describe(timesteps)],
  ];
  for (const line of tableLines(rows)) print(line);
}

function printLayers({ layers }: GraphReport, plan: PlanReport | null): void {
  if (layers.length === 0) return;
  heading('LSTM layers');
  for (const layer of layers) {
    const path = plan?.lstm.find((planned) => planned.layer === layer.name)?.path;
    const { name, inputElements, units, outputElements } = layer;
    print(`  ${name}: ${describeVariant(layer)}`);
    print(`    ${inputElements} inputs, ${units} units, ${outputElements} outputs, ${layer.layout}`);
    const details = [
      ...(layer.directions.join() === 'forward' ? [] : [layer.directions.join(' and ')]),
      ...(layer.cellScale === null ? [] : [`cell scale 2^${Math.log2(layer.cellScale)}`]),
      ...(layer.cellClip === 0 ? [] : [`cell clip ${layer.cellClip}`]),
      ...(layer.projectionClip === 0 ? [] : [`projection clip ${layer.projectionClip}`]),
      ...(path === undefined ? [] : [`kernels by ${path}`]),
    ];
    if (details.length > 0) print(`    ${details.join(', ')}`);
  }
}

function printNotes(notes: Inspection['notes']): void {
  if (notes.length === 0) return;
  heading('Read otherwise than written, with the same results');
  for (const { subject, note } of notes) print(`  ${subject}: ${note}`);
}

function printOutlook({ refused, staysFloat }: QuantizationOutlook): void {
  heading('When quantized');
  const others =
    staysFloat.length === 0 ? 'every op has an integer form' : `stays in float: ${staysFloat.join(', ')}`;
  print(`  ${others}`);
  for (const { subject, reason } of refused) print(`  refused: ${subject}: ${reason}`);
}

/** `plain`, or the options: `layer norm, peephole`. */
function describeVariant({ variant }: LstmLayerReport): string {
  const { layerNorm, projection, peephole, cifg } = variant;
  const options = [
    ...(layerNorm ? ['layer norm'] : []),
    ...(projection ? ['projection'] : []),
    ...(peephole ? ['peephole'] : []),
    ...(cifg ? ['coupled input and forget gate (CIFG)'] : []),
  ];
  return options.length === 0 ? 'plain' : options.join(', ');
}

function printOps({ ops }: GraphReport): void {
  heading('Ops');
  const list = (ids: readonly number[]): string => ids.join(' ');
  const rows = ops.map(({ name, arithmetic, inputs, outputs }) => [
    name,
    arithmetic,
    `${list(inputs)} -> ${list(outputs)}`,
  ]);
  for (const line of tableLines([['op', 'arithmetic', 'tensors'], ...rows])) print(line);
}

function printTensors({ tensors }: GraphReport): void {
  heading('Tensors');
  const rows = tensors.map(({ index, role, dtype, shape, quantization, name }) => [
    index,
    role,
    `${dtype} ${dimensions(shape)}`,
    describeScale(quantization),
    name,
  ]);
  for (const line of tableLines([['#', 'role', 'type', 'scale', 'name'], ...rows])) print(line);
}

function printCosts({ weightBytes, layers }: GraphReport, plan: PlanReport | null): void {
  heading('Costs');
  const state = layers.reduce((sum, { stateBytesPerSequence }) => sum + stateBytesPerSequence, 0);
  const onDevice = (bytes: number | undefined): string =>
    bytes === undefined ? '' : `, ${describeBytes(bytes)} on the device`;
  const rows = [
    ['weights', `${describeBytes(weightBytes)} in the file${onDevice(plan?.deviceBytes.weights)}`],
    ['state', `${describeBytes(state)} per sequence${onDevice(plan?.deviceBytes.state)}`],
    ...(plan === null
      ? []
      : [
          ['activations', `${describeBytes(plan.deviceBytes.activations)} on the device`],
          ['work', `${describeCount(plan.macsPerTimestep)} multiply-accumulates per timestep of a sequence`],
        ]),
  ];
  for (const line of tableLines(rows)) print(line);
}

function printPlan(plan: PlanReport): void {
  const { batch, timesteps, submissions, dispatches, readbacks, dot, rows, kernels } = plan;
  heading(`A call with ${counted(timesteps, 'timestep')}, batch ${batch}`);
  print(
    `  ${counted(submissions, 'submission')}, ${counted(dispatches, 'dispatch', 'dispatches')}, ` +
      `${counted(readbacks, 'readback')}; ${dot} dot products, ${describeRows(rows)}`,
  );
  const lines = kernels.map((report) => [
    report.op,
    report.kernel,
    `${report.dispatches} x`,
    `${report.workgroups.join(' x ')} workgroups`,
  ]);
  for (const line of tableLines(lines)) print(line);
}

function dimensions(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

/** `scale 0.0039, zero point -128`, or the span of a per-channel tensor's scales. */
function describeScale(quantization: Quantization | null): string {
  if (quantization === null) return '';
  const { scales, zeroPoints, axis } = quantization;
  if (axis !== null || scales.length > 1) {
    return `${scales.length} scales ${digits(Math.min(...scales))} to ${digits(Math.max(...scales))}`;
  }
  const [scale = 0] = scales;
  const [zeroPoint = 0] = zeroPoints;
  return `${digits(scale)}${zeroPoint === 0 ? '' : `, zero point ${zeroPoint}`}`;
}

function digits(value: number): string {
  const log2 = Math.log2(value);
  return Number.isInteger(log2) && log2 < 0 ? `2^${log2}` : String(Number(value.toPrecision(6)));
}

function describeBytes(bytes: number): string {
  const exact = `${describeCount(bytes)} bytes`;
  if (bytes < KIB) return exact;
  return bytes < KIB * KIB ? `${(bytes / KIB).toFixed(1)} KiB` : `${(bytes / (KIB * KIB)).toFixed(1)} MiB`;
}

function describeCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${describeCount(count)} ${count === 1 ? singular : plural}`;
}
