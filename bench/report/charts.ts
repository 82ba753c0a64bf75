/** Charts of a run as SVG: the roofline, and the library beside its peers. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { BenchReport, NetworkResult } from '../../src/bench';

const OWN = 'Octogate';
const STYLE = { fontFamily: 'system-ui, sans-serif', fontSize: '12px', background: 'white' };

interface Point {
  readonly name: string;
  /** Multiply-accumulates per byte that has to be moved. */
  readonly intensity: number;
  readonly gmacPerSecond: number;
}

/**
 * Rates over arithmetic intensity (Williams, Waterman and Patterson, 2009), both axes logarithmic. The slope is what
 * loads allow if each byte of `movedBytes` is loaded once, the flat top the rate of dot products from registers.
 */
export function rooflineChart({ ceilings, results }: BenchReport): string {
  const points = results.map(({ name, macs, movedBytes, gmacPerSecond }): Point => {
    return { name, intensity: macs / movedBytes, gmacPerSecond };
  });
  const { loadGbPerSecond, dotGmacPerSecond } = ceilings;
  const intensities = points.map(({ intensity }) => intensity);
  const low = Math.min(0.5, ...intensities) / 2;
  const high = Math.max(2 * (dotGmacPerSecond / loadGbPerSecond), ...intensities) * 2;
  const ridge = dotGmacPerSecond / loadGbPerSecond;
  const roof = [low, ridge, high].map((intensity) => ({
    intensity,
    gmacPerSecond: Math.min(dotGmacPerSecond, intensity * loadGbPerSecond),
  }));
  const slowest = Math.min(...points.map(({ gmacPerSecond }) => gmacPerSecond), low * loadGbPerSecond);
  return svg({
    title: 'Rate of each network under the ceilings of the same run',
    width: 720,
    height: 420,
    marginLeft: 60,
    x: { type: 'log', domain: [low, high], label: 'multiply-accumulates per byte moved', tickFormat: '~g' },
    y: {
      type: 'log',
      domain: [slowest / 2, dotGmacPerSecond * 2],
      label: 'GMAC/s',
      grid: true,
      tickFormat: '~g',
    },
    marks: [
      Plot.line(roof, { x: 'intensity', y: 'gmacPerSecond', stroke: '#555', strokeWidth: 2 }),
      Plot.text([{ intensity: high, gmacPerSecond: dotGmacPerSecond }], {
        x: 'intensity',
        y: 'gmacPerSecond',
        text: () => `dot products from registers, ${dotGmacPerSecond.toFixed(1)} GMAC/s`,
        textAnchor: 'end',
        dy: -10,
      }),
      Plot.text([{ intensity: low, gmacPerSecond: dotGmacPerSecond }], {
        x: 'intensity',
        y: 'gmacPerSecond',
        text: () => `slope: loads, ${loadGbPerSecond.toFixed(1)} GB/s`,
        textAnchor: 'start',
        dx: 8,
        dy: -10,
      }),
      Plot.dot(points, { x: 'intensity', y: 'gmacPerSecond', fill: '#0a66c2', r: 5 }),
      Plot.text(points, {
        x: 'intensity',
        y: 'gmacPerSecond',
        text: 'name',
        dx: 9,
        textAnchor: 'start',
        fontWeight: 'bold',
      }),
    ],
  });
}

/** Median milliseconds per call of the library and its peers, a row per network; null without peers. */
export function peersChart({ results }: BenchReport): string | null {
  const bars = results.flatMap(barsOf);
  if (bars.every(({ runtime }) => runtime === OWN)) return null;
  const runtimes = [...new Set(bars.map(({ runtime }) => runtime))];
  return svg({
    title: 'Median time of a call with upload and readback, logarithmic: shorter is faster',
    width: 720,
    height: 60 + results.length * (13 * runtimes.length + 10),
    marginLeft: 70,
    marginRight: 60,
    x: { type: 'log', label: 'ms per call', grid: true, tickFormat: '~g' },
    y: { axis: null, domain: runtimes },
    fy: { axis: 'left', label: null, domain: [...new Set(bars.map(({ network }) => network))] },
    color: { domain: runtimes, legend: true, scheme: 'Tableau10' },
    marks: [
      Plot.ruleY(bars, {
        x1: Math.min(...bars.map(({ ms }) => ms)) / 2,
        x2: 'ms',
        y: 'runtime',
        fy: 'network',
        stroke: 'runtime',
        strokeWidth: 9,
      }),
      Plot.text(bars, {
        x: 'ms',
        y: 'runtime',
        fy: 'network',
        text: ({ ms }: Bar) => Number(ms.toPrecision(3)).toLocaleString('en-US'),
        textAnchor: 'start',
        dx: 4,
        fontSize: 10,
      }),
    ],
  });
}

interface Bar {
  readonly network: string;
  readonly runtime: string;
  readonly ms: number;
}

function barsOf({ name, call, peers }: NetworkResult): Bar[] {
  const timed = peers.flatMap(({ title, outcome }): Bar[] =>
    outcome.kind === 'timed' ? [{ network: name, runtime: title, ms: outcome.call.medianMs }] : [],
  );
  return [{ network: name, runtime: OWN, ms: call.medianMs }, ...timed];
}

/** One self-contained SVG; a legend, which Plot puts beside the chart in HTML, is drawn below the title. */
function svg({
  title,
  ...options
}: Plot.PlotOptions & { title: string; width: number; height: number }): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const { color, width, height, ...rest } = options;
  const domain = color?.legend === true && Array.isArray(color.domain) ? (color.domain as string[]) : [];
  const chart = Plot.plot({
    ...rest,
    width,
    height,
    style: STYLE,
    document: document,
    ...(color === undefined ? {} : { color: { ...color, legend: false } }),
  });
  const scale = chart.scale('color');
  const top = 28 + 18 * domain.length;
  const outer = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  outer.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  outer.setAttribute('viewBox', `0 0 ${width} ${height + top}`);
  outer.setAttribute('width', String(width));
  outer.setAttribute('height', String(height + top));
  outer.setAttribute('font-family', STYLE.fontFamily);
  outer.setAttribute('font-size', '12');
  const add = (name: string, attributes: Readonly<Record<string, string | number>>, text?: string): void => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    if (text !== undefined) element.textContent = text;
    outer.append(element);
  };
  add('rect', { width: '100%', height: '100%', fill: 'white' });
  add('text', { x: 10, y: 18, 'font-weight': 'bold', 'font-size': 13 }, title);
  domain.forEach((name, index) => {
    const y = 36 + 18 * index;
    add('rect', { x: 10, y: y - 10, width: 12, height: 12, fill: String(scale?.apply(name)) });
    add('text', { x: 28, y }, name);
  });
  chart.setAttribute('y', String(top));
  outer.append(chart);
  return `${outer.outerHTML}\n`;
}
