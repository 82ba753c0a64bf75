import { axisX, axisY, barX, ruleX, text } from '@observablehq/plot';
import type { LstmReport } from '../../lstm-comparison';
import { powerOfTwo, significant } from '../format';
import type { Html } from '../html';
import { COLOR, draw } from './drawing';

const ROW_HEIGHT = 34;

/** How much of what each cell state's scale can hold was used. */
export function cellChart(document: Document, lstms: readonly LstmReport[]): Html {
  const rows = lstms.map(({ layer, cell }) => {
    const limit = 2 ** (cell.scaleLog2 + 15);
    const reach = Math.max(-cell.floatRange.min, cell.floatRange.max);
    return {
      label: layer,
      used: (100 * reach) / limit,
      text:
        `reaches ${significant(reach)} of ±${significant(limit)} (scale ${powerOfTwo(cell.scaleLog2)})` +
        (cell.headroomBits === null ? '' : `, headroom ${cell.headroomBits.toFixed(2)} bits`),
    };
  });
  const longest = Math.max(...rows.map(({ label }) => label.length));
  return draw(document, 'Cell states: largest magnitude against what the scale can hold', {
    width: 860,
    height: 56 + ROW_HEIGHT * rows.length,
    marginLeft: 16 + 6.2 * longest,
    marginRight: 20,
    marginTop: 42,
    marginBottom: 6,
    x: { domain: [0, Math.max(105, ...rows.map(({ used }) => used + 5))] },
    y: { domain: rows.map(({ label }) => label), label: null, padding: 0.25 },
    marks: [
      barX(rows, {
        x: 'used',
        y: 'label',
        fill: ({ used }: { used: number }) => (used > 100 ? COLOR.bad : COLOR.integer),
        fillOpacity: 0.55,
      }),
      text(rows, { x: 1, y: 'label', text: 'text', textAnchor: 'start', fill: 'currentColor' }),
      ruleX([100], { stroke: COLOR.bad, strokeDasharray: '3,2' }),
      ruleX([0]),
      axisX({ anchor: 'top', ticks: 5, labelOffset: 38, label: '% of the representable range →' }),
      axisY({ tickSize: 0 }),
    ],
  });
}
