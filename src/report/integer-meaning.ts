import { at } from '../errors';
import type { Quantization } from '../model';
import { INT8_REACH } from './signal';
import type { IntegerMeaning } from './signal';

/** What the values of an int8 activation mean; null for one without a scale, which is float. */
export function meaningOf(quantization: Quantization | null): IntegerMeaning | null {
  if (quantization === null) return null;
  const { scales, zeroPoints } = quantization;
  return { scale: at(scales, 0), zeroPoint: at(zeroPoints, 0), ...INT8_REACH };
}
