import { RandomInt8 } from './random-int8';
import type { BenchReport } from './report';
import { summarize } from './statistics';

/** One network now against one before. */
export interface NetworkComparison {
  /** As the table has it. */
  readonly name: string;
  /** Median time now over that before: below 1 is faster. */
  readonly ratio: number;
  /** Where 95 of 100 ratios lie if timings are drawn anew from those that were taken; null for fewer than three of them. */
  readonly range: readonly [low: number, high: number] | null;
  /** The same of the share of the dot ceiling, above 1 is faster: what is left when the machine itself is slower. */
  readonly ofDotRatio: number;
}

/** A run held against an earlier one. */
export interface BenchComparison {
  /** Of the earlier run, ISO 8601. */
  readonly baselineDate: string;
  /** What the two runs do not have in common, in words; ratios then say little. */
  readonly differences: readonly string[];
  /** Those of both runs. */
  readonly networks: readonly NetworkComparison[];
  /** Networks of only one of the two. */
  readonly unmatched: readonly string[];
}

const RESAMPLES = 1000;
const FEWEST_TIMINGS = 3;
const LOW = 0.025;

/** Holds a run against an earlier one. Which difference matters is for people to say: the noise is told, nothing is judged. */
export function compareReports(now: BenchReport, before: BenchReport): BenchComparison {
  const differences: string[] = [];
  const differ = (what: string, mine: string, other: string): void => {
    if (mine !== other) differences.push(`${what} is ${mine}, was ${other}`);
  };
  differ('the adapter', now.adapter.description, before.adapter.description);
  differ('the runtime', now.environment.runtime, before.environment.runtime);
  differ('the machine', now.environment.machine, before.environment.machine);
  const names = (report: BenchReport): string[] => report.results.map(({ name }) => name);
  const [mine, others] = [names(now), names(before)];
  return {
    baselineDate: before.date,
    differences,
    networks: now.results.flatMap((result) => {
      const other = before.results.find(({ name }) => name === result.name);
      if (other === undefined) return [];
      return [
        {
          name: result.name,
          ratio: result.call.medianMs / other.call.medianMs,
          range: ratioRange(result.call.samplesMs, other.call.samplesMs),
          ofDotRatio: result.fractions.ofDot / other.fractions.ofDot,
        },
      ];
    }),
    unmatched: [
      ...mine.filter((name) => !others.includes(name)),
      ...others.filter((name) => !mine.includes(name)),
    ],
  };
}

/** Bootstrap of the ratio of medians (Efron, 1979), with numbers that are the same each time. */
function ratioRange(now: readonly number[], before: readonly number[]): readonly [number, number] | null {
  if (Math.min(now.length, before.length) < FEWEST_TIMINGS) return null;
  const random = new RandomInt8(1);
  const medianOfDraw = (samples: readonly number[]): number =>
    summarize(samples.map(() => samples[random.integer(0, samples.length - 1)] ?? NaN)).medianMs;
  const ratios = Array.from({ length: RESAMPLES }, () => medianOfDraw(now) / medianOfDraw(before));
  ratios.sort((left, right) => left - right);
  const at = (share: number): number => ratios[Math.round(share * (RESAMPLES - 1))] ?? NaN;
  return [at(LOW), at(1 - LOW)];
}
