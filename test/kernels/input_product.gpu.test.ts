import { describeLstmKernel } from '../support/lstm-stages';
import type { LstmStageCase } from '../support/lstm-stages';
import { PLAIN } from '../support/integer-lstm';

const CASES: readonly LstmStageCase[] = [
  { inputs: 1, units: 1, batch: 1, timesteps: 2 },
  { inputs: 15, units: 8, batch: 1, timesteps: 3 },
  { inputs: 16, units: 9, batch: 3, timesteps: 3 },
  { inputs: 17, units: 66, batch: 2, timesteps: 9, timeMajor: true },
  { inputs: 130, units: 5, batch: 9, timesteps: 2, directions: ['forward', 'reverse'] },
  { inputs: 33, units: 7, batch: 1, timesteps: 5, variant: { ...PLAIN, coupledGates: true } },
];

describeLstmKernel('input_product', { lstm: 'step' }, CASES);
describeLstmKernel('input_product without packed dot products', { lstm: 'step', dot: 'unpacked' }, CASES);
