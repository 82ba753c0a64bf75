import type { OpKind } from '../model';
import { ACTIVATION, INPUT_RULE, WEIGHTS } from './recipe';
import type { RecipeRow } from './recipe';

/** Roles in ops around the LSTM; several inputs or outputs of an op share a row. */
export type NeighbourRole = 'input' | 'weights' | 'bias' | 'output';

/** Ops that have a recipe besides the LSTM. */
export type NeighbourKind = Exclude<OpKind, 'lstm' | 'floatUnary' | 'quantize' | 'dequantize'>;

export interface NeighbourRecipe {
  readonly rows: readonly RecipeRow<NeighbourRole>[];
  /** Dimension of the weights that has a scale per index; null for one scale for all. */
  readonly channelAxis?: 0 | 3 | null;
  /** Inputs at another scale than the output's are brought to it first. */
  readonly oneScale?: true;
}

const BIAS = {
  role: 'bias',
  dtype: 'int32',
  symmetric: true,
  scale: { rule: 'product', of: ['input', 'weights'], log2: 0 },
} as const;

const OUTPUT = { role: 'output', ...ACTIVATION } as const;

const LAYER = [INPUT_RULE, { role: 'weights', ...WEIGHTS }, BIAS, OUTPUT] as const;

/** Output range measured. */
const MEASURED: NeighbourRecipe = { rows: [INPUT_RULE, OUTPUT] };

/** Bytes that only move keep their meaning. */
const MOVED: NeighbourRecipe = {
  rows: [
    INPUT_RULE,
    { role: 'output', dtype: 'int8', symmetric: false, scale: { rule: 'sameAs', role: 'input' } },
  ],
};

/** Output range known beforehand. */
function known(scale: number, zeroPoint: number): NeighbourRecipe {
  return {
    rows: [
      INPUT_RULE,
      { role: 'output', dtype: 'int8', symmetric: false, scale: { rule: 'fixed', scale, zeroPoint } },
    ],
  };
}

/** Ops around the LSTM, by TFLite's rules for 8-bit graphs (`operator_property.cc`). */
export const NEIGHBOUR_RECIPE: Readonly<Record<NeighbourKind, NeighbourRecipe>> = {
  fullyConnected: { rows: LAYER, channelAxis: null },
  conv2d: { rows: LAYER, channelAxis: 0 },
  depthwiseConv2d: { rows: LAYER, channelAxis: 3 },
  binary: MEASURED,
  mean: MEASURED,
  relu: MEASURED,
  leakyRelu: MEASURED,
  hardSwish: MEASURED,
  softmax: known(2 ** -8, -128),
  logistic: known(2 ** -8, -128),
  tanh: known(2 ** -7, 0),
  reshape: MOVED,
  split: MOVED,
  slice: MOVED,
  transpose: MOVED,
  reverse: MOVED,
  gather: MOVED,
  // Its border has a value of its own, which the scale must hold, too.
  pad: { ...MOVED, oneScale: true },
  concatenation: { ...MEASURED, oneScale: true },
};
