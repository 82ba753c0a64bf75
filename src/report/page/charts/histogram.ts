import { areaY, axisX, axisY, lineY, rectX, ruleX, ruleY } from '@observablehq/plot';
import { at } from '../../../errors';
import type { SignalReport } from '../../signal';
import type { Html } from '../html';
import { COLOR, draw } from './drawing';

interface Edge {
  readonly x: number;
  readonly y: number;
}

/** Distribution of a signal in float and in integers, with what the integers cannot represent marked. */
export function histogramChart(document: Document, title: string, signal: SignalReport): Html {
  const { from, binWidth, float, integer } = signal.histogram;
  const to = from + binWidth * float.length;
  const span = to - from;
  const limits = signal.integer === null ? [] : [signal.integer.range.min, signal.integer.range.max];
  const isNear = (limit: number): boolean => limit > from - span / 3 && limit < to + span / 3;
  const shown = limits.filter(isNear);
  const domain: [number, number] = [
    Math.min(from, ...shown.map((limit) => limit - span / 50)),
    Math.max(to, ...shown.map((limit) => limit + span / 50)),
  ];
  const [low = -Infinity, high = Infinity] = limits;
  const beyond = [
    { from: domain[0], to: low },
    { from: high, to: domain[1] },
  ].filter((zone) => zone.to - zone.from > 0);
  return draw(document, `${title}: distribution in float and in integers`, {
    width: 300,
    height: 120,
    marginLeft: 40,
    marginRight: 10,
    marginTop: 6,
    marginBottom: 22,
    x: { domain, label: null },
    // The square root keeps the rare values visible that clipping is about.
    y: { type: 'sqrt', nice: true, label: null },
    marks: [
      rectX(beyond, { x1: 'from', x2: 'to', fill: COLOR.bad, fillOpacity: 0.12 }),
      areaY(edges(from, binWidth, float), {
        x: 'x',
        y: 'y',
        curve: 'step-after',
        fill: COLOR.float,
        fillOpacity: 0.35,
      }),
      lineY(edges(from, binWidth, integer), {
        x: 'x',
        y: 'y',
        curve: 'step-after',
        stroke: COLOR.integer,
        strokeWidth: 1.4,
      }),
      ruleX(shown, { stroke: COLOR.bad, strokeDasharray: '3,2' }),
      ruleY([0]),
      axisX({ ticks: 5, tickSize: 3 }),
      axisY({
        ticks: 3,
        tickSize: 3,
        tickFormat: (value: number) => `${Number((100 * value).toPrecision(2))} %`,
      }),
    ],
  });
}

function edges(from: number, binWidth: number, shares: readonly number[]): Edge[] {
  const points = shares.map((y, bin) => ({ x: from + bin * binWidth, y }));
  return [...points, { x: from + shares.length * binWidth, y: at(shares, shares.length - 1) }];
}
