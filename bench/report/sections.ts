/** A run as Markdown. */
import { predictCall, profileOfReport, PROFILES, SHAPES } from '../../src/bench';
import type { BenchReport, NetworkResult, PeerOutcome, PeerResult } from '../../src/bench';
import { randomModel } from '../../src/bench/random-model';
import { ALL_FAMILIES } from '../../src/runtime/families/all';
import { prepareGraph } from '../../src/runtime/prepare-graph';

/** A run as it is kept: its file, and what is rendered of it. */
export interface KeptRun {
  /** Without folder and extension: `2026-11-26-node-llvmpipe`. */
  readonly name: string;
  readonly report: BenchReport;
  readonly charts: { readonly roofline: string; readonly peers: string | null };
}

/** What is said of one run: where, ceilings, own times, peers, pictures. */
export function runSection({ name, report, charts }: KeptRun): string {
  const { adapter, environment, ceilings, date, timestampQuantumMs, results } = report;
  const load =
    environment.loadAverage === null
      ? 'load average unknown'
      : `load average ${environment.loadAverage.map((value) => value.toFixed(1)).join(', ')} before the run`;
  const isBusy = (environment.loadAverage?.[0] ?? 0) > environment.processors / 2;
  const busy = isBusy
    ? ' **The load average tells of other work, before the run or beside it**: times may be longer than they need be, and noisy; look at ratios.'
    : '';
  const gpuTime =
    timestampQuantumMs === null
      ? 'The adapter has no timestamps.'
      : `GPU time is the sum of compute passes, by timestamps in steps of ${Number((1000 * timestampQuantumMs).toPrecision(3))} us.`;
  return [
    `### ${adapterName(report)}, ${environment.runtime}`,
    `${date.slice(0, 10)}, ${environment.machine}, ${environment.processors} processors, ${load}. Driver: ${adapter.description === '' ? 'not told' : adapter.description}. ` +
      `The file is [bench/results/${name}.json](../bench/results/${name}.json).${busy}`,
    `Ceilings of the run: ${number(ceilings.dotGmacPerSecond)} GMAC/s of dot products from registers, ${number(ceilings.loadGbPerSecond)} GB/s of ` +
      `loads from caches, ${number(ceilings.streamGbPerSecond)} GB/s from memory, ${number(ceilings.emptySubmitMs)} ms for an empty submission with its ` +
      `readback, ${number(1000 * ceilings.dependentDispatchMs)} us for a dependent dispatch. ${gpuTime}`,
    table(OWN_HEAD, results.map(ownRow)),
    `![Roofline: rate over arithmetic intensity](images/${charts.roofline})`,
    ...peerParts(results),
    ...(charts.peers === null ? [] : [`![Times of the runtimes by network](images/${charts.peers})`]),
  ].join('\n\n');
}

/** How far predictions from a run's own ceilings are from its times. */
export function predictionSection({ report }: KeptRun): string | null {
  const gpu = profileOfReport(report);
  const checked = report.results.flatMap((result) => {
    const { shape, dot, rows, batch, timesteps, call } = result;
    if (shape === null) return [];
    const model = prepareGraph(randomModel(shape, report.seed), ALL_FAMILIES);
    const options = { batch, timesteps, dot, rows, path: null, trace: false };
    const { ms, bound } = predictCall(model, options, gpu);
    return [{ name: result.name, measuredMs: call.medianMs, ms, bound }];
  });
  if (checked.length === 0) return null;
  const off = checked.map(({ measuredMs, ms }) => Math.max(measuredMs / ms, ms / measuredMs));
  return [
    `${adapterName(report)}, ${report.environment.runtime}: off by ${factor(geometricMean(off))} in the geometric mean, ` +
      `${factor(Math.max(...off))} at most.`,
    table(
      ['network', 'predicted ms', 'measured ms', 'measured / predicted', 'bound'],
      checked.map(({ name, ms, measuredMs, bound }) => [
        name,
        number(ms),
        number(measuredMs),
        number(measuredMs / ms),
        bound,
      ]),
    ),
  ].join('\n\n');
}

/** Predicted milliseconds on the GPUs that there are profiles of. */
export function profileTable(): string {
  const rows = SHAPES.map((shape) => {
    const model = prepareGraph(randomModel(shape, 1), ALL_FAMILIES);
    const { batch, timesteps } = shape;
    const options = { batch, timesteps, dot: 'packed', rows: 'subgroup', path: null, trace: false } as const;
    return [
      shape.name,
      ...PROFILES.map((gpu) => {
        const { ms, bound } = predictCall(model, options, gpu);
        return `${number(ms)} (${bound})`;
      }),
    ];
  });
  return table(['network', ...PROFILES.map(({ title }) => title)], rows);
}

/** Firefox tells nothing of adapters. */
function adapterName({ adapter: { vendor, architecture, device } }: BenchReport): string {
  return device || `${vendor} ${architecture}`.trim() || 'an adapter without a name';
}

const OWN_HEAD = [
  'network',
  'path',
  'minimum ms',
  'median ms',
  'p95 ms',
  'GPU ms',
  'cold start ms',
  'GMAC/s',
  'GB/s',
  'of dot products',
  'of loads',
  'us per timestep',
  'empty submissions',
  'dispatches',
  'submissions',
];

function ownRow(result: NetworkResult): string[] {
  const { name, paths, call, gpu, coldStartMs, gmacPerSecond, gbPerSecond, fractions, perCall } = result;
  return [
    name,
    paths.join(', '),
    number(call.minMs),
    number(call.medianMs),
    number(call.p95Ms),
    gpu === null ? '' : number(gpu.medianMs),
    number(coldStartMs),
    number(gmacPerSecond),
    number(gbPerSecond),
    percent(fractions.ofDot),
    percent(fractions.ofLoadBound),
    number(fractions.microsecondsPerTimestep),
    number(fractions.emptySubmits),
    String(perCall.dispatches),
    String(perCall.submissions),
  ];
}

function peerParts(results: readonly NetworkResult[]): string[] {
  const peers = new Map(results.flatMap(({ peers: found }) => found.map(({ peer, title }) => [peer, title])));
  if (peers.size === 0) return [];
  const head = ['network', 'Octogate', ...peers.values()];
  const rows = results.map((result) => [
    result.name,
    `${number(result.call.medianMs)} ms`,
    ...[...peers.keys()].map((id) => peerCell(result, peerOf(result, id))),
  ]);
  const means = [...peers.keys()].map((id) => {
    const ratios = results.flatMap((result) => ratioTo(result, peerOf(result, id)) ?? []);
    return ratios.length === 0 ? '' : `${factor(geometricMean(ratios))} over ${ratios.length}`;
  });
  return [
    'Other runtimes on the same networks in the same turns: median, its ratio to the time of Octogate (above 1: Octogate is ' +
      'faster), and the cold start, from the weights in memory to the first result.',
    table(head, [...rows, ['geometric mean', '', ...means]]),
    ...notes(results),
  ];
}

function peerOf({ peers }: NetworkResult, id: string): PeerOutcome | null {
  return peers.find(({ peer }) => peer === id)?.outcome ?? null;
}

function ratioTo({ call }: NetworkResult, outcome: PeerOutcome | null): number | null {
  return outcome?.kind === 'timed' ? outcome.call.medianMs / call.medianMs : null;
}

function peerCell(result: NetworkResult, outcome: PeerOutcome | null): string {
  if (outcome === null) return '';
  switch (outcome.kind) {
    case 'timed': {
      const ratio = factor(outcome.call.medianMs / result.call.medianMs);
      return `${number(outcome.call.medianMs)} ms, ${ratio}, cold ${number(outcome.coldStartMs / 1000)} s`;
    }
    case 'cut':
      return `cold ${number(outcome.coldStartMs / 1000)} s, not timed`;
    case 'refused':
      return 'cannot';
    case 'failed':
      return 'failed';
  }
}

/** Why cells of the table are not plain figures, each reason once. */
function notes(results: readonly NetworkResult[]): string[] {
  const reasons = new Map<string, string[]>();
  const add = (reason: string, result: NetworkResult, { title }: PeerResult): void => {
    const key = `${title}: ${reason}`;
    reasons.set(key, [...(reasons.get(key) ?? []), result.name]);
  };
  for (const result of results) {
    for (const peer of result.peers) {
      const { outcome } = peer;
      if (outcome.kind === 'timed') {
        if (outcome.cut !== null) add(outcome.cut, result, peer);
      } else add(outcome.reason, result, peer);
    }
  }
  return reasons.size === 0
    ? []
    : [[...reasons].map(([reason, networks]) => `- ${networks.join(', ')}: ${reason}`).join('\n')];
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

function factor(value: number): string {
  return `${number(value)}x`;
}

/** Three digits. */
export function number(value: number): string {
  if (value >= 1000) return Math.round(Number(value.toPrecision(3))).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

function percent(fraction: number): string {
  return `${number(100 * fraction)} %`;
}

/** Names to the left, figures to the right; Prettier sees to the widths. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((name) => (/^(network|path|kernel|bound|profile)/.test(name) ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
