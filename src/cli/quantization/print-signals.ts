import type { LstmReport } from '../../report/lstm-comparison';
import type { OutputReport } from '../../report/output-comparison';
import type { SignalReport } from '../../report/signal';
import type { TensorReport } from '../../report/side-by-side';
import { tableLines } from '../table';
import { print } from '../terminal';

type Row = readonly (string | number)[];

const SIGNAL_COLUMNS = ['SQNR', 'max error', 'clipped'];

/** A table of outputs: how close they are, and how often the largest value is the same. */
export function printOutputs(outputs: readonly OutputReport[]): void {
  const rows = outputs.map((output): Row => [
    shortened(output.name),
    decibels(output.sqnrDb),
    significant(output.maxAbsError),
    significant(output.meanError),
    `${output.sameArgMax} of ${output.rows}`,
  ]);
  printTable([['output', 'SQNR', 'max error', 'mean error', 'same arg-max'], ...rows]);
}

/** A table of layers in the order of computation, LSTMs with their gates and states. */
export function printLayers(tensors: readonly TensorReport[], lstms: readonly LstmReport[]): void {
  const rows: Row[] = [];
  for (const { tensor, op, signal } of tensors) {
    for (const lstm of op?.kind === 'lstm' ? lstms.filter(({ layer }) => isOf(layer, op.name)) : []) {
      // Judged by what they let through; far out the sums may be clipped without harm.
      for (const { gate, activation, preActivation } of lstm.gates) {
        rows.push([`${lstm.layer} ${gate} gate`, ...signalCells(activation, preActivation)]);
      }
      const { cell, hidden } = lstm;
      const headroom = cell.headroomBits === null ? '' : `, ${cell.headroomBits.toFixed(1)} bits of headroom`;
      rows.push([`${lstm.layer} cell`, ...signalCells(cell, cell), `scale 2^${cell.scaleLog2}${headroom}`]);
      if (lstm.variant.projection) rows.push([`${lstm.layer} hidden`, ...signalCells(hidden, hidden)]);
    }
    rows.push([
      shortened(op === null ? `input ${tensor}` : `${op.name} (${tensor})`),
      ...signalCells(signal, signal),
    ]);
  }
  printTable([['layer', ...SIGNAL_COLUMNS], ...rows]);
}

/** Error by timestep, in at most so many lines. */
export function printGrowth({ name, growth }: OutputReport, mostLines = 8): void {
  const stride = Math.max(1, Math.ceil(growth.length / mostLines));
  const rows = growth
    .filter((_, index) => index % stride === 0 || index === growth.length - 1)
    .map(({ firstTimestep, timesteps, rmsError, maxAbsError, sqnrDb }): Row => [
      timesteps === 1 ? `${firstTimestep}` : `${firstTimestep}-${firstTimestep + timesteps - 1}`,
      decibels(sqnrDb),
      significant(rmsError),
      significant(maxAbsError),
    ]);
  printTable([[`${shortened(name)}: timestep`, 'SQNR', 'rms error', 'max error'], ...rows]);
}

export function decibels(value: number | null): string {
  return value === null ? '-' : `${value.toFixed(1)} dB`;
}

function signalCells({ sqnrDb, maxAbsError }: SignalReport, { clipped, values }: SignalReport): string[] {
  return [decibels(sqnrDb), significant(maxAbsError), clipped === 0 ? '0' : percentage(clipped / values)];
}

/** Converters make names of hundreds of characters. */
function shortened(name: string): string {
  return name.length > 48 ? `${name.slice(0, 30)}…${name.slice(-17)}` : name;
}

function percentage(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}

function significant(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Whether a traced layer is the op, or one of its two directions. */
function isOf(layer: string, op: string): boolean {
  return layer === op || layer === `${op} forward` || layer === `${op} reverse`;
}

function printTable(rows: readonly Row[]): void {
  for (const line of tableLines(rows)) print(line);
}
