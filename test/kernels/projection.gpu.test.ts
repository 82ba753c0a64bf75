import { PLAIN } from '../support/integer-lstm';
import { describeLstmKernel } from '../support/lstm-stages';
import type { LstmStageCase } from '../support/lstm-stages';

const variant = { ...PLAIN, projection: true };

const CASES: readonly LstmStageCase[] = [
  ...[1, 3, 4, 5, 33].map((outputs) => ({ variant, inputs: 3, units: 11, outputs, batch: 2, timesteps: 3 })),
  { variant, inputs: 3, units: 70, outputs: 261, batch: 1, timesteps: 2 },
  {
    variant,
    inputs: 3,
    units: 18,
    outputs: 6,
    batch: 3,
    timesteps: 4,
    directions: ['forward', 'reverse'],
    lengths: [4, 2, 0],
    projectionClip: 0.5,
  },
];

describeLstmKernel('projection', { lstm: 'step' }, CASES);
