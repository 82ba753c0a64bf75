import { exportTflite } from '../export/tflite';
import { graphOf } from './case-graph';
import { compareAnswers } from './compare';
import type { Comparison } from './compare';
import type { ConformanceCase } from './conformance-case';
import type { Answer, Leg, WrittenCase } from './leg';

/** What a leg made of a case. */
export type Verdict =
  | { readonly kind: 'compared'; readonly comparison: Comparison }
  | { readonly kind: 'excluded'; readonly reason: string }
  /** The leg, or the reference that it is compared with, threw. */
  | { readonly kind: 'broken'; readonly error: unknown };

export interface JudgedLeg {
  readonly leg: Leg;
  readonly verdict: Verdict;
}

export function writeCase(conformanceCase: ConformanceCase): WrittenCase {
  return { model: exportTflite(graphOf(conformanceCase)), calls: conformanceCase.calls };
}

/** Runs a case on the reference, and then on each leg, and compares each with the reference. */
export async function judgeCase(
  conformanceCase: ConformanceCase,
  reference: Leg,
  legs: readonly Leg[],
): Promise<JudgedLeg[]> {
  let written: WrittenCase;
  let expected: Answer;
  try {
    written = writeCase(conformanceCase);
    expected = await reference.answer(written);
  } catch (error) {
    return legs.map((leg) => ({ leg, verdict: { kind: 'broken', error } }));
  }
  const judged: JudgedLeg[] = [];
  for (const leg of legs) {
    const reason = leg.excludes(conformanceCase);
    const verdict: Verdict =
      reason === null ? await compareLeg(leg, written, expected) : { kind: 'excluded', reason };
    judged.push({ leg, verdict });
  }
  return judged;
}

/** Runs a leg on a case that it does not exclude. */
export async function compareLeg(leg: Leg, written: WrittenCase, expected: Answer): Promise<Verdict> {
  try {
    return { kind: 'compared', comparison: compareAnswers(expected, await leg.answer(written)) };
  } catch (error) {
    return { kind: 'broken', error };
  }
}

export function isFailure(verdict: Verdict): boolean {
  return verdict.kind === 'broken' || (verdict.kind === 'compared' && verdict.comparison.differing > 0);
}

/** The verdict in words: `3 of 120 values differ, first output 1 at 17: -4 where the reference has -3`. */
export function describeVerdict(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'excluded':
      return verdict.reason;
    case 'broken':
      return verdict.error instanceof Error ? verdict.error.message : String(verdict.error);
    case 'compared': {
      const { values, differing, first } = verdict.comparison;
      const count = `${differing} of ${values} values differ`;
      return first === null
        ? count
        : `${count}, first ${first.tensor} at ${first.index}: ${first.actual} where the reference has ${first.expected}`;
    }
  }
}
