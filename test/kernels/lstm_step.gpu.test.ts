import { PLAIN, VARIANTS } from '../support/integer-lstm';
import { describeLstmKernel } from '../support/lstm-stages';
import type { LstmStageCase } from '../support/lstm-stages';

const FUSED = VARIANTS.filter(({ layerNorm }) => !layerNorm);

const CASES: readonly LstmStageCase[] = [
  ...[1, 3, 4, 8, 9, 63, 64, 65, 66].map((units) => ({ inputs: 3, units, batch: 1, timesteps: 3 })),
  ...[2, 3, 4, 7, 9].map((batch) => ({ inputs: 5, units: 12, batch, timesteps: 2 })),
  ...FUSED.map((variant) => ({ variant, inputs: 6, units: 10, outputs: 7, batch: 2, timesteps: 3 })),
  {
    inputs: 4,
    units: 9,
    batch: 3,
    timesteps: 4,
    directions: ['forward', 'reverse'],
    lengths: [4, 0, 2],
    cellClip: 0.4,
  },
];

describeLstmKernel('lstm_step', { lstm: 'step' }, CASES);
describeLstmKernel('lstm_step without packed dot products', { lstm: 'step', dot: 'unpacked' }, [
  { inputs: 7, units: 33, batch: 3, timesteps: 3 },
  { variant: { ...PLAIN, coupledGates: true }, inputs: 7, units: 33, batch: 1, timesteps: 3 },
]);
