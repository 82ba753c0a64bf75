import { PLAIN, VARIANTS } from '../support/integer-lstm';
import { describeLstmKernel } from '../support/lstm-stages';

describeLstmKernel('lstm_sequence', { lstm: 'sequence' }, [
  ...[1, 4, 63, 65].map((units) => ({ inputs: 3, units, batch: 1, timesteps: 3 })),
  ...VARIANTS.map((variant) => ({ variant, inputs: 6, units: 10, outputs: 7, batch: 2, timesteps: 3 })),
  { inputs: 3, units: 300, batch: 1, timesteps: 2 },
  {
    variant: { ...PLAIN, projection: true },
    inputs: 4,
    units: 9,
    outputs: 21,
    batch: 3,
    timesteps: 4,
    directions: ['forward', 'reverse'],
    lengths: [4, 0, 2],
  },
]);
describeLstmKernel('lstm_sequence without packed dot products', { lstm: 'sequence', dot: 'unpacked' }, [
  { inputs: 7, units: 33, batch: 2, timesteps: 3 },
]);
