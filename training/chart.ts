import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** One point of a curve. */
export interface ChartPoint {
  readonly series: string;
  readonly x: number;
  readonly y: number;
}

export interface ChartLabels {
  readonly title: string;
  readonly x: string;
  readonly y: string;
}

/** Curves over a logarithmic x axis, as a self-contained SVG that is legible on white and on black. */
export function logLineChart(points: readonly ChartPoint[], { title, x, y }: ChartLabels): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const ticks = [...new Set(points.map((point) => point.x))];
  const last = new Map(points.map((point) => [point.series, point]));
  const chart = Plot.plot({
    document,
    ariaLabel: title,
    width: 640,
    height: 320,
    marginLeft: 50,
    marginRight: 130,
    style: { background: 'white', color: 'black', fontFamily: 'sans-serif' },
    x: { type: 'log', label: x, ticks, tickFormat: (value: number) => `${value}` },
    y: { label: y, grid: true, nice: true, zero: true },
    color: { range: ['#b45309', '#1d4ed8'] },
    marks: [
      Plot.ruleY([0]),
      Plot.line(points, { x: 'x', y: 'y', stroke: 'series', strokeWidth: 2 }),
      Plot.dot(points, { x: 'x', y: 'y', fill: 'series', r: 3 }),
      Plot.text([...last.values()], {
        x: 'x',
        y: 'y',
        text: 'series',
        fill: 'series',
        textAnchor: 'start',
        dx: 8,
      }),
    ],
  });
  chart.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${chart.outerHTML}\n`;
}
