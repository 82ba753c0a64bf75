import { axisX, axisY, gridY, lineY, ruleY } from '@observablehq/plot';
import type { GrowthPoint } from '../../growth';
import type { Html } from '../html';
import { COLOR, draw } from './drawing';

/** Error by timestep of the sequence: root mean square, and the largest. */
export function growthChart(document: Document, title: string, growth: readonly GrowthPoint[]): Html {
  const points = growth.map(({ firstTimestep, timesteps, rmsError, maxAbsError }) => ({
    timestep: firstTimestep + (timesteps - 1) / 2,
    rmsError,
    maxAbsError,
  }));
  return draw(document, `${title}: error by timestep`, {
    width: 860,
    height: 170,
    marginLeft: 52,
    marginRight: 12,
    marginBottom: 34,
    x: { label: 'timestep' },
    y: { label: 'error', zero: true },
    marks: [
      gridY({ stroke: COLOR.faint, strokeOpacity: 1 }),
      lineY(points, {
        x: 'timestep',
        y: 'maxAbsError',
        stroke: COLOR.bad,
        strokeWidth: 1.2,
        strokeDasharray: '4,2',
      }),
      lineY(points, { x: 'timestep', y: 'rmsError', stroke: COLOR.integer, strokeWidth: 1.8 }),
      ruleY([0]),
      axisX({ ticks: 8, label: 'timestep →' }),
      axisY({ ticks: 4, label: '↑ error', tickFormat: '~g' }),
    ],
  });
}
