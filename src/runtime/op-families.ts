import type { LowerOp } from '../lower/program';
import { tensorOf } from '../lower/constants';
import { UnsupportedModelError } from '../errors';
import { computesInFloat } from '../model';
import type { Graph, Op } from '../model';
import { dense } from './families/dense';
import { lstm } from './families/lstm';
import { softmax } from './families/softmax';
import type { Lowerings, OpFamily, Planners } from './op-family';

/** Every family that there is; what few models lack is here, the others are files that are loaded when first needed. */
const FAMILIES = {
  lstm: () => Promise.resolve(lstm),
  dense: () => Promise.resolve(dense),
  softmax: () => Promise.resolve(softmax),
  masks: async () => (await import('./families/masks')).masks,
  tables: async () => (await import('./families/tables')).tables,
  convolutions: async () => (await import('./families/convolutions')).convolutions,
  arithmetic: async () => (await import('./families/arithmetic')).arithmetic,
  moves: async () => (await import('./families/moves')).moves,
  floats: async () => (await import('./families/floats')).floats,
} satisfies Record<string, () => Promise<OpFamily>>;

export type FamilyName = keyof typeof FAMILIES;

/** Families by name; a model's has those that its ops need. */
export type OpFamilies = Readonly<Partial<Record<FamilyName, OpFamily>>>;

/** Which family runs an op whose tensors are int8. */
const FAMILY_OF_KIND: Readonly<Record<Op['kind'], FamilyName>> = {
  lstm: 'lstm',
  fullyConnected: 'dense',
  softmax: 'softmax',
  logistic: 'tables',
  tanh: 'tables',
  relu: 'tables',
  leakyRelu: 'tables',
  hardSwish: 'tables',
  quantize: 'tables',
  dequantize: 'floats',
  floatUnary: 'floats',
  conv2d: 'convolutions',
  depthwiseConv2d: 'convolutions',
  binary: 'arithmetic',
  mean: 'arithmetic',
  reshape: 'moves',
  concatenation: 'moves',
  split: 'moves',
  slice: 'moves',
  transpose: 'moves',
  pad: 'moves',
  reverse: 'moves',
  gather: 'moves',
};

/** The families that a graph needs. Those of a model that cannot run are loaded, too: they say why. */
export async function loadFamilies(graph: Graph): Promise<OpFamilies> {
  const names = new Set(graph.ops.map((op) => familyOf(op, graph)));
  const loaded = await Promise.all([...names].map(async (name) => [name, await FAMILIES[name]()] as const));
  return Object.fromEntries(loaded);
}

/** Lowers by these families; the graph's other ops are a defect of the caller. */
export function lowerBy(families: OpFamilies): LowerOp {
  return (op, graph) => {
    if (op.kind === 'floatUnary' && !computesInFloat(op, graph)) {
      throw new UnsupportedModelError([{ subject: op.name, reason: `${op.function} has no integer kernel` }]);
    }
    // A table's entry takes the ops of its key, which the type of a computed key cannot say.
    const lower = families[familyOf(op, graph)]?.lower as Record<keyof Lowerings, LowerOp> | undefined;
    if (lower === undefined) throw new TypeError(`the family of ${op.name} is not loaded`);
    return lower[op.kind](op, graph);
  };
}

/** The planners of all kernels of these families. */
export function plannersOf(families: OpFamilies): Planners {
  return Object.assign({}, ...Object.values(families).map(({ plan }) => plan)) as Planners;
}

function familyOf(op: Op, graph: Graph): FamilyName {
  const family = FAMILY_OF_KIND[op.kind];
  if (family === 'moves') return family;
  if (op.kind === 'quantize') return tensorOf(graph, op.input).dtype === 'int8' ? family : 'floats';
  if (computesInFloat(op, graph)) return 'floats';
  const makesMask = op.kind === 'fullyConnected' || op.kind === 'logistic';
  return makesMask && tensorOf(graph, op.output).dtype === 'int16' ? 'masks' : family;
}
