import { VARIANTS } from '../support/integer-lstm';
import { describeLstmKernel } from '../support/lstm-stages';

const NORMALIZED = VARIANTS.filter(({ layerNorm }) => layerNorm);

describeLstmKernel('lstm_cell', { lstm: 'step' }, [
  ...NORMALIZED.map((variant) => ({ variant, inputs: 6, units: 13, outputs: 9, batch: 2, timesteps: 3 })),
  { variant: NORMALIZED[0]!, inputs: 3, units: 200, batch: 1, timesteps: 2, cellClip: 0.5 },
]);
