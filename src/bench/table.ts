import type { BenchComparison } from './compare';
import type { PeerOutcome } from './peer';
import type { BenchReport, NetworkResult } from './report';

const HEADER = [
  'network',
  'path',
  'min ms',
  'median',
  'p95',
  'GPU ms',
  'cold ms',
  'GMAC/s',
  'GB/s',
  'of dot',
  'of load',
  'us/step',
  'empty submits',
  'dispatches',
  'submissions',
];
const PEER_HEADER = [
  'network',
  'runtime',
  'min ms',
  'median',
  'p95',
  'cold ms',
  'times ours',
  'distance',
  '',
];
/** Columns of names; numbers stand to the right. */
const LEFT = new Set(['network', 'path', 'runtime', '']);

/** A report as people read it in a terminal. */
export function benchTable({
  adapter,
  ceilings,
  environment,
  timestampQuantumMs,
  results,
}: BenchReport): string {
  const peers = results.flatMap(peerRows);
  return [
    `${adapter.device} ${adapter.description}`.trim(),
    `${environment.runtime} on ${environment.machine}, ${environment.processors} processors`,
    `ceilings: dot ${ceilings.dotGmacPerSecond.toFixed(1)} GMAC/s, loads ${ceilings.loadGbPerSecond.toFixed(1)} GB/s cached and ` +
      `${ceilings.streamGbPerSecond.toFixed(1)} streamed, empty submit and map ${ceilings.emptySubmitMs.toFixed(2)} ms, ` +
      `dependent dispatch ${(1000 * ceilings.dependentDispatchMs).toFixed(1)} us`,
    timestampQuantumMs === null
      ? 'no GPU time: this adapter has no timestamps'
      : `GPU time by timestamps in steps of ${Number((1000 * timestampQuantumMs).toPrecision(3))} us`,
    '',
    ...aligned(HEADER, results.map(cells)),
    ...(peers.length === 0 ? [] : ['', ...aligned(PEER_HEADER, peers)]),
  ].join('\n');
}

/** Ratios of a run to an earlier one. */
export function comparisonTable({ baselineDate, differences, networks, unmatched }: BenchComparison): string {
  const rows = networks.map(({ name, ratio, range, ofDotRatio }) => [
    name,
    ratio.toFixed(2),
    range === null ? 'unknown' : `${range[0].toFixed(2)} to ${range[1].toFixed(2)}`,
    ofDotRatio.toFixed(2),
  ]);
  return [
    `against ${baselineDate}: median time now over then, below 1 is faster`,
    ...differences.map((difference) => `  but ${difference}`),
    '',
    ...aligned(['network', 'time', '95 % range', 'share of dot'], rows),
    ...(unmatched.length === 0 ? [] : ['', `in one of the two only: ${unmatched.join(', ')}`]),
  ].join('\n');
}

/** Columns as wide as their widest cells. */
function aligned(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all.map((row) =>
    header
      .map((name, column) => {
        const [cell, width] = [row[column] ?? '', widths[column] ?? 0];
        return LEFT.has(name) ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

function cells(result: NetworkResult): string[] {
  const { name, paths, call, gpu, coldStartMs, gmacPerSecond, gbPerSecond, fractions, perCall } = result;
  return [
    name,
    paths.join('+'),
    milliseconds(call.minMs),
    milliseconds(call.medianMs),
    milliseconds(call.p95Ms),
    gpu === null ? '' : milliseconds(gpu.medianMs),
    coldStartMs.toFixed(0),
    gmacPerSecond.toFixed(2),
    gbPerSecond.toFixed(2),
    percent(fractions.ofDot),
    percent(fractions.ofLoadBound),
    fractions.microsecondsPerTimestep.toFixed(1),
    fractions.emptySubmits.toFixed(2),
    String(perCall.dispatches),
    String(perCall.submissions),
  ];
}

function peerRows({ name, call, peers }: NetworkResult): string[][] {
  return peers.map(({ title, outcome }) => [name, title, ...outcomeCells(outcome, call.medianMs)]);
}

function outcomeCells(outcome: PeerOutcome, ownMedianMs: number): string[] {
  switch (outcome.kind) {
    case 'timed': {
      const { call, coldStartMs, meanDifference, cut } = outcome;
      return [
        milliseconds(call.minMs),
        milliseconds(call.medianMs),
        milliseconds(call.p95Ms),
        coldStartMs.toFixed(0),
        (call.medianMs / ownMedianMs).toFixed(1),
        meanDifference.toFixed(4),
        cut ?? '',
      ];
    }
    case 'cut':
      return ['', '', '', outcome.coldStartMs.toFixed(0), '', '', outcome.reason];
    case 'refused':
    case 'failed':
      return ['', '', '', '', '', '', `${outcome.kind}: ${outcome.reason}`];
  }
}

/** Three digits, as many as a timing is worth. */
function milliseconds(value: number): string {
  return value >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toFixed(value >= 10 ? 1 : 2);
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(0)}%`;
}
