import { arithmetic } from './arithmetic';
import { convolutions } from './convolutions';
import { dense } from './dense';
import { floats } from './floats';
import { lstm } from './lstm';
import { masks } from './masks';
import { moves } from './moves';
import { softmax } from './softmax';
import { tables } from './tables';
import type { FamilyName } from '../op-families';
import type { OpFamily } from '../op-family';

/** Every family, for programs that do not mind their size. */
export const ALL_FAMILIES: Readonly<Record<FamilyName, OpFamily>> = {
  lstm,
  dense,
  softmax,
  masks,
  tables,
  convolutions,
  arithmetic,
  moves,
  floats,
};
