import { axisX, axisY, dot, gridX, ruleX, ruleY, text } from '@observablehq/plot';
import { decibels, shortened } from '../format';
import type { Html } from '../html';
import { COLOR, draw } from './drawing';

/** A signal in the overview. */
export interface OverviewRow {
  readonly label: string;
  readonly sqnrDb: number | null;
  readonly isOutput: boolean;
}

const ROW_HEIGHT = 20;
/** What 8 bits over a signal that fills its range give, and the end of the chart: all beyond is as good. */
const FULL_INT8_DECIBELS = 50;
const MOST_DECIBELS = 70;

/** Signal-to-noise ratio of every signal, in the order of computation. */
export function overviewChart(document: Document, rows: readonly OverviewRow[]): Html {
  const known = rows.filter((row): row is OverviewRow & { sqnrDb: number } => row.sqnrDb !== null);
  const highest = Math.min(MOST_DECIBELS, Math.max(FULL_INT8_DECIBELS, ...known.map(({ sqnrDb }) => sqnrDb)));
  const position = ({ sqnrDb }: { readonly sqnrDb: number }): number => Math.min(sqnrDb, highest);
  const lowest = Math.min(0, ...known.map(({ sqnrDb }) => sqnrDb));
  const longest = Math.max(...rows.map(({ label }) => shortened(label).length));
  return draw(document, 'Signal-to-quantization-noise ratio of every signal', {
    width: 860,
    height: 52 + ROW_HEIGHT * rows.length,
    marginLeft: 16 + 6.2 * longest,
    marginRight: 56,
    marginTop: 42,
    marginBottom: 6,
    x: { domain: [lowest, highest], label: 'SQNR in dB' },
    y: { domain: rows.map(({ label }) => label), label: null },
    marks: [
      gridX({ stroke: COLOR.faint, strokeOpacity: 1 }),
      ruleY(known, { y: 'label', x1: lowest, x2: position, stroke: COLOR.faint, strokeWidth: 2 }),
      dot(known, {
        x: position,
        y: 'label',
        r: 4,
        fill: ({ isOutput }: OverviewRow) => (isOutput ? COLOR.float : COLOR.integer),
      }),
      text(known, {
        x: position,
        y: 'label',
        text: ({ sqnrDb }: OverviewRow) => decibels(sqnrDb),
        dx: 9,
        textAnchor: 'start',
      }),
      ruleX([lowest]),
      axisX({ anchor: 'top', ticks: 6, labelOffset: 38, label: 'SQNR in dB: higher is closer to float →' }),
      axisY({ tickSize: 0, tickFormat: shortened }),
    ],
  });
}
