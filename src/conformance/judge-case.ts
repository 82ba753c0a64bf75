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
  /** The leg, or what it is compared with, threw. */
  | { readonly kind: 'broken'; readonly error: unknown };

export interface JudgedLeg {
  readonly leg: Leg;
  readonly verdict: Verdict;
}

export function writeCase(conformanceCase: ConformanceCase): WrittenCase {
  const graph = graphOf(conformanceCase);
  return { graph, model: exportTflite(graph), calls: conformanceCase.calls };
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
  return judgeAnswers(written, expected, legs);
}

/** Runs a case on each leg, and compares each with what is expected. */
export async function judgeAnswers(
  written: WrittenCase,
  expected: Answer,
  legs: readonly Leg[],
): Promise<JudgedLeg[]> {
  const judged: JudgedLeg[] = [];
  for (const leg of legs) judged.push({ leg, verdict: await judgeLeg(leg, written, expected) });
  return judged;
}

async function judgeLeg(leg: Leg, written: WrittenCase, expected: Answer): Promise<Verdict> {
  const reason = leg.excludes(written.graph);
  if (reason !== null) return { kind: 'excluded', reason };
  try {
    return { kind: 'compared', comparison: compareAnswers(expected, await leg.answer(written)) };
  } catch (error) {
    return { kind: 'broken', error };
  }
}

export function isFailure(verdict: Verdict): boolean {
  return verdict.kind === 'broken' || (verdict.kind === 'compared' && verdict.comparison.differing > 0);
}

/** The verdict in words: `3 of 120 values differ, first output 1 at 17: -4 found, -3 expected`. */
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
        : `${count}, first ${first.tensor} at ${first.index}: ${first.actual} found, ${first.expected} expected`;
    }
  }
}
