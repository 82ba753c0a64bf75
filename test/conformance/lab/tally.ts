import type { JudgedLeg } from '../../../src/conformance/judge-case';
import { isFailure } from '../../../src/conformance/judge-case';
import type { Leg } from '../../../src/conformance/leg';

interface LegTally {
  compared: number;
  excluded: number;
  failed: number;
  values: number;
  differing: number;
}

/** Counts what legs were asked and how they answered. */
export class Tally {
  readonly #legs: ReadonlyMap<Leg, LegTally>;
  /** Cases in which every leg agreed, and others. */
  passed = 0;
  failed = 0;

  constructor(legs: readonly Leg[]) {
    this.#legs = new Map(
      legs.map((leg) => [leg, { compared: 0, excluded: 0, failed: 0, values: 0, differing: 0 }]),
    );
  }

  add(judged: readonly JudgedLeg[]): void {
    for (const { leg, verdict } of judged) {
      const tally = this.#legs.get(leg);
      if (tally === undefined) throw new TypeError(`${leg.name} is not a leg of this run`);
      if (isFailure(verdict)) tally.failed += 1;
      if (verdict.kind === 'excluded') tally.excluded += 1;
      if (verdict.kind !== 'compared') continue;
      tally.compared += 1;
      tally.values += verdict.comparison.values;
      tally.differing += verdict.comparison.differing;
    }
    if (judged.some(({ verdict }) => isFailure(verdict))) this.failed += 1;
    else this.passed += 1;
  }

  get values(): number {
    return this.#sum(({ values }) => values);
  }

  get differing(): number {
    return this.#sum(({ differing }) => differing);
  }

  /** One line per leg, in columns. */
  lines(): string[] {
    const rows = [
      ['leg', 'cases', 'excluded', 'failed', 'values', 'differing'],
      ...[...this.#legs].map(([{ name }, { compared, excluded, failed, values, differing }]) => [
        name,
        ...[compared, excluded, failed, values, differing].map(formatCount),
      ]),
    ];
    const widths =
      rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
    return rows.map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    );
  }

  #sum(count: (tally: LegTally) => number): number {
    return [...this.#legs.values()].reduce((sum, tally) => sum + count(tally), 0);
  }
}

/** 12,345,678 */
export function formatCount(count: number): string {
  return count.toLocaleString('en');
}
