import { expect, it } from 'vitest';
import { chooseLstmKernels } from '../../src/runtime/plan/lstm-kernels';
import { lowerLstm } from '../../src/lower/lstm';
import { integerLstmGraph, PLAIN, VARIANTS } from '../support/integer-lstm';
import { describeLstmKernel } from '../support/lstm-stages';
import type { LstmStageCase } from '../support/lstm-stages';
import { Random } from '../support/random';

const FUSED = VARIANTS.filter(({ layerNorm }) => !layerNorm);

const CASES: readonly LstmStageCase[] = [
  ...[1, 3, 4, 8, 9, 63, 64, 65, 66].map((units) => ({ inputs: 3, units, batch: 1, timesteps: 1 })),
  ...[1, 7, 8, 9, 16, 71, 257].map((inputs) => ({ inputs, units: 12, batch: 1, timesteps: 1 })),
  ...[2, 3, 4, 7, 9, 20].map((batch) => ({ inputs: 21, units: 12, batch, timesteps: 1 })),
  ...FUSED.map((variant) => ({ variant, inputs: 6, units: 10, outputs: 7, batch: 2, timesteps: 1 })),
  {
    inputs: 4,
    units: 9,
    batch: 3,
    timesteps: 1,
    directions: ['forward', 'reverse'],
    lengths: [1, 0, 1],
    cellClip: 0.4,
  },
];

describeLstmKernel('lstm_frame', { lstm: 'frame' }, CASES);
describeLstmKernel('lstm_frame without packed dot products', { lstm: 'frame', dot: 'unpacked' }, [
  { inputs: 7, units: 33, batch: 3, timesteps: 1 },
  { variant: { ...PLAIN, coupledGates: true }, inputs: 7, units: 33, batch: 1, timesteps: 1 },
]);

it('is taken for calls of one timestep, and where there is no layer norm', () => {
  const pathOf = (variant: typeof PLAIN, timesteps: number, forced: 'frame' | null): string => {
    const graph = integerLstmGraph({ variant, inputs: 5, units: 6 }, new Random(1));
    const [op] = graph.ops;
    if (op?.kind !== 'lstm') throw new TypeError('the graph has no LSTM layer');
    const [parameters] = lowerLstm(op, graph).directions;
    if (parameters === undefined) throw new TypeError('the layer has no direction');
    const sizes = { batch: 1, timesteps, rows: timesteps };
    return chooseLstmKernels([parameters], sizes, { path: forced, rows: 'plain', gateTables: null }).path;
  };
  const normalized = { ...PLAIN, layerNorm: true };
  expect(pathOf(PLAIN, 1, null)).toBe('frame');
  expect(pathOf({ ...PLAIN, projection: true }, 1, null)).toBe('frame');
  expect(pathOf(normalized, 1, null)).toBe('sequence');
  expect(pathOf(PLAIN, 2, null)).toBe('sequence');
  expect(pathOf(normalized, 1, 'frame')).toBe('step');
  expect(pathOf(PLAIN, 2, 'frame')).toBe('step');
});
