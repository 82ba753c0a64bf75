import { PLAIN } from '../support/integer-lstm';
import { describeLstmKernel } from '../support/lstm-stages';

const NORMALIZED = { ...PLAIN, layerNorm: true };

describeLstmKernel('lstm_gates', { lstm: 'step' }, [
  { variant: NORMALIZED, inputs: 3, units: 1, batch: 1, timesteps: 2 },
  { variant: NORMALIZED, inputs: 5, units: 65, batch: 3, timesteps: 3 },
  { variant: { ...NORMALIZED, coupledGates: true }, inputs: 5, units: 20, batch: 9, timesteps: 2 },
  {
    variant: NORMALIZED,
    inputs: 4,
    units: 12,
    batch: 2,
    timesteps: 4,
    directions: ['forward', 'reverse'],
    lengths: [1, 4],
  },
]);
