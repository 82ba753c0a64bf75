import { parseHTML } from 'linkedom';
import { expect, it } from 'vitest';
import { peersChart, rooflineChart } from '../../bench/report/charts';
import { runSection } from '../../bench/report/sections';
import { madeUpPeer, madeUpReport, madeUpResult } from './support/report';

const peers = [
  madeUpPeer('fast', [1, 1, 1]),
  madeUpPeer('slow', [40, 40, 40]),
  {
    peer: 'other',
    title: 'the runtime other',
    where: 'cpu' as const,
    outcome: { kind: 'refused' as const, reason: 'no layer norm' },
  },
];
const report = madeUpReport([madeUpResult('S1', [2, 2, 2], peers), madeUpResult('S2', [8, 8, 8], [])]);

/** Texts of a chart. */
function textsOf(svg: string): string[] {
  const { document } = parseHTML(`<!doctype html><html><body>${svg}</body></html>`);
  return [...document.querySelectorAll('text')].map(({ textContent }) => textContent);
}

it('draws every network under the ceilings of its run', () => {
  const texts = textsOf(rooflineChart(report));
  expect(texts).toEqual(expect.arrayContaining(['S1', 'S2']));
  expect(texts.join()).toContain('10.0 GMAC/s');
  expect(rooflineChart(report)).not.toContain('NaN');
});

it('draws the peers that were timed', () => {
  const chart = peersChart(report) ?? '';
  expect(textsOf(chart)).toEqual(expect.arrayContaining(['Octogate', 'the runtime slow', '40']));
  expect(textsOf(chart)).not.toContain('the runtime other');
  expect(chart).not.toContain('NaN');
  expect(peersChart(madeUpReport([madeUpResult('S1', [1])]))).toBeNull();
});

it('writes a run as tables with ratios, their geometric mean, and why figures are missing', () => {
  const text = runSection({ name: 'run', report, charts: { roofline: 'r.svg', peers: 'p.svg' } });
  expect(text).toContain('load average 0.5, 0.4, 0.3 before the run');
  expect(text).toContain('| S1 | 2 ms | 1 ms, 0.5x, cold 0.9 s | 40 ms, 20x, cold 0.9 s | cannot |');
  expect(text).toContain('| geometric mean |  | 0.5x over 1 | 20x over 1 |  |');
  expect(text).toContain('- S1: the runtime other: no layer norm');
});
