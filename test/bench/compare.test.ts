import { expect, it } from 'vitest';
import { compareReports, comparisonTable, parseReport } from '../../src/bench';
import { at } from '../../src/errors';
import { madeUpReport, madeUpResult } from './support/report';

it('gives ratios of medians, and the range that the noise of both runs leaves', () => {
  const now = madeUpReport([madeUpResult('S1', [2, 2, 2, 2, 2]), madeUpResult('S2', [1, 2, 3, 4, 5])]);
  const before = madeUpReport([madeUpResult('S1', [4, 4, 4, 4, 4]), madeUpResult('S2', [3, 3, 3, 3, 3])]);
  const { networks, differences } = compareReports(now, before);
  expect(differences).toEqual([]);
  expect(at(networks, 0)).toEqual({ name: 'S1', ratio: 0.5, range: [0.5, 0.5], ofDotRatio: 2 });
  const { ratio, range } = at(networks, 1);
  expect(ratio).toBe(1);
  expect(range?.[0]).toBeLessThan(1);
  expect(range?.[1]).toBeGreaterThan(1);
});

it('knows no noise of one or two timings', () => {
  const report = madeUpReport([madeUpResult('S1', [2, 2])]);
  expect(at(compareReports(report, report).networks, 0).range).toBeNull();
});

it('says what the runs do not have in common', () => {
  const now = madeUpReport([madeUpResult('S1', [2])]);
  const before = {
    ...madeUpReport([madeUpResult('S3', [2])]),
    adapter: { ...now.adapter, description: 'other' },
  };
  const comparison = compareReports(now, before);
  expect(comparison.unmatched).toEqual(['S1', 'S3']);
  expect(comparisonTable(comparison)).toContain('the adapter is llvmpipe: Mesa 1, was other');
});

it('reads back what was written, and says what it cannot read', () => {
  const report = madeUpReport([madeUpResult('S1', [2])]);
  expect(parseReport(JSON.stringify(report))).toEqual(report);
  expect(parseReport('{')).toMatch(/no JSON/);
  expect(parseReport('{"date":"2026"}')).toMatch(/octogate bench --json/);
  expect(parseReport(JSON.stringify({ ...report, version: 1 }))).toMatch(/version 1/);
});
