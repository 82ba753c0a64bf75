import type { BenchReport, ShapeResult } from './run-benchmark';

const HEADER = [
  'shape',
  'min ms',
  'median',
  'p95',
  'first',
  'GMAC/s',
  'of dot',
  'of load',
  'us/step',
  'empty submits',
  'dispatches',
  'submissions',
];

/** A report as people read it in a terminal. */
export function benchTable({ adapter, ceilings, results }: BenchReport): string {
  const rows = [HEADER, ...results.map(cells)];
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '));
  return [
    `${adapter.device} ${adapter.description}`.trim(),
    `ceilings: dot ${ceilings.dotGmacPerSecond.toFixed(1)} GMAC/s, loads ${ceilings.loadGbPerSecond.toFixed(1)} GB/s cached and ` +
      `${ceilings.streamGbPerSecond.toFixed(1)} streamed, empty submit and map ${ceilings.emptySubmitMs.toFixed(2)} ms, ` +
      `dependent dispatch ${(1000 * ceilings.dependentDispatchMs).toFixed(1)} us`,
    '',
    ...lines,
  ].join('\n');
}

function cells({ shape, call, firstCallMs, gmacPerSecond, fractions, perCall }: ShapeResult): string[] {
  return [
    shape.name,
    call.minMs.toFixed(2),
    call.medianMs.toFixed(2),
    call.p95Ms.toFixed(2),
    firstCallMs.toFixed(0),
    gmacPerSecond.toFixed(2),
    percent(fractions.ofDot),
    percent(fractions.ofLoadBound),
    fractions.microsecondsPerTimestep.toFixed(1),
    fractions.emptySubmits.toFixed(2),
    String(perCall.dispatches),
    String(perCall.submissions),
  ];
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(0)}%`;
}
