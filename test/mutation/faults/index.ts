import type { FaultGroup } from '../fault';
import { ACTIVATIONS } from './activations';
import { CELL } from './cell';
import { FIXED_POINT } from './fixed-point';
import { FLOAT_ISLANDS } from './float-islands';
import { LAYER_NORM } from './layer-norm';
import { LSTM } from './lstm';
import { NEIGHBOURING_OPS } from './neighbouring-ops';

export { shaderSources } from '../../support/shader-sources';
export { seedFault } from '../fault';

/** Every fault that a mutation run seeds. */
export const FAULT_GROUPS: readonly FaultGroup[] = [
  ...FIXED_POINT,
  ...ACTIVATIONS,
  ...LAYER_NORM,
  ...CELL,
  ...LSTM,
  ...NEIGHBOURING_OPS,
  ...FLOAT_ISLANDS,
];
