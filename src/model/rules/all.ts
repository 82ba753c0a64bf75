import { integerBreaks } from '../integer/op-rules';
import { inferOpShapes } from '../shapes/op-shapes';
import { validateOpStructure } from '../validation/op-structure';
import type { OpRules } from './op-rules';

/** Of every kind. */
export const ALL_RULES: OpRules = {
  validateStructure: validateOpStructure,
  integerBreaks,
  inferShapes: inferOpShapes,
};
