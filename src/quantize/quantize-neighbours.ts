import { at, QuantizationError } from '../errors';
import type { Op, PadOp, TensorId } from '../model';
import { MASK_SCALES, opTensors } from '../model';
import { floatConstant } from './float/constants';
import { NEIGHBOUR_RECIPE } from './neighbour-recipe';
import type { NeighbourKind, NeighbourRole } from './neighbour-recipe';
import { isConstant } from './graph-queries';
import { quantizeLayerConstants } from './quantize-layer';
import { union } from './range';
import type { Range } from './range';
import { INPUT_RULE } from './recipe';
import { perTensor, rangeAt, resolveTensor } from './resolve';
import type { ResolvedTensor } from './resolve';
import { rewire } from '../model/rewire';
import { asymmetricInt8, roundHalfAway } from './scale';
import type { Affine } from './scale';
import type { QuantizationScope } from './scope';
import { tensorSite } from './sites';

export type NeighbourOp = Extract<Op, { kind: NeighbourKind }>;

/** Whether the recipe covers an op besides the LSTM. */
export function isNeighbour(op: Op): op is NeighbourOp {
  return op.kind in NEIGHBOUR_RECIPE;
}

/**
 * Adds the integer form of an op by {@link NEIGHBOUR_RECIPE}.
 *
 * @throws QuantizationError naming the op or tensor that the recipe cannot be applied to.
 */
export function quantizeNeighbour(op: NeighbourOp, scope: QuantizationScope): void {
  const { graph, built } = scope;
  const inputIds = opTensors(op).inputs.map(({ id }) => id);
  for (const id of inputIds) if (!isPositions(id, scope)) quantizeInput(id, scope);
  const output = outputOf(op, scope);
  for (const { id } of opTensors(op).outputs) built.define(id, output);
  const weights =
    op.kind === 'fullyConnected' || op.kind === 'conv2d' || op.kind === 'depthwiseConv2d'
      ? quantizeLayerConstants(op, scope, output)
      : new Map(
          op.kind === 'pad' && op.value !== null ? [[op.value, fillOf(op, op.value, scope, output)]] : [],
        );
  const rewired = rewire(op, {
    input: (id) => {
      if (isPositions(id, scope)) return positionsOf(id, scope);
      if (isConstant(graph, id)) return constantInput(id, scope, output, op);
      return NEIGHBOUR_RECIPE[op.kind].oneScale ? built.integerAt(id, output) : built.integer(id);
    },
    weight: (id) => {
      const constant = weights.get(id);
      if (constant === undefined)
        throw new QuantizationError(op.name, 'has a constant that the recipe has no rule for');
      return constant;
    },
    output: (id) => built.integer(id),
  });
  built.addOp(rewired);
}

/** Scale and zero point of an op's outputs. */
function outputOf(op: NeighbourOp, scope: QuantizationScope): ResolvedTensor {
  if (scope.int16.has(op)) {
    return {
      dtype: 'int16',
      scale: op.kind === 'logistic' ? MASK_SCALES.mask : MASK_SCALES.logits,
      zeroPoint: 0,
    };
  }
  const { rows } = NEIGHBOUR_RECIPE[op.kind];
  const inputs = opTensors(op).inputs.map(({ id }) => id);
  const outputs = opTensors(op).outputs.map(({ id }) => id);
  const common = op.kind === 'concatenation' ? commonAffine(inputs, scope) : null;
  if (common !== null) return { dtype: 'int8', ...common };
  if (op.kind === 'pad' && isBeyond(op, scope)) return { dtype: 'int8', ...measured(outputs, scope) };
  return resolveTensor<NeighbourRole>('output', {
    subject: op.name,
    rule: (role) => rows.find((row) => row.role === role) ?? null,
    produced: (role) => (role === 'input' ? affineOf(at(inputs, 0), scope) : null),
    range: () => measuredRange(outputs, scope),
    magnitude: () => {
      throw new QuantizationError(op.name, 'has no weights in its recipe for outputs');
    },
  });
}

function measured(ids: readonly TensorId[], scope: QuantizationScope): Affine {
  const { subject, range } = measuredRange(ids, scope);
  return asymmetricInt8(subject, range);
}

function measuredRange(
  ids: readonly TensorId[],
  { graph, ranges }: QuantizationScope,
): { subject: string; range: Range } {
  const sites = ids.map((id) => tensorSite(graph, id));
  const found = sites.map(({ group, key }) => rangeAt(ranges[group], key));
  return { subject: sites.map(({ key }) => key).join(', '), range: found.reduce(union) };
}

/** The meaning that all inputs of an op have in common; null if they differ. */
function commonAffine(ids: readonly TensorId[], scope: QuantizationScope): Affine | null {
  const [first, ...others] = ids.map((id) => affineOf(id, scope));
  if (first === undefined) return null;
  const same = others.every(({ scale, zeroPoint }) => scale === first.scale && zeroPoint === first.zeroPoint);
  return same ? first : null;
}

/** Makes sure of an input's integer form, so that its border, if it has one, comes before the op. */
function quantizeInput(id: TensorId, scope: QuantizationScope): void {
  if (!isConstant(scope.graph, id)) scope.built.integer(id);
}

function affineOf(id: TensorId, scope: QuantizationScope): Affine {
  return isConstant(scope.graph, id) ? constantAffine(id, scope) : scope.built.affineOf(id);
}

/** A constant among the inputs takes its own range. Zeros are exact at any scale. */
function constantAffine(id: TensorId, { graph }: QuantizationScope): Affine {
  const values = floatConstant(graph, id);
  const range = values.reduce((all, value) => union(all, { min: value, max: value }), { min: 0, max: 0 });
  if (range.min === 0 && range.max === 0) return { scale: 1, zeroPoint: 0 };
  return asymmetricInt8(at(graph.tensors, id).name, range);
}

function constantInput(id: TensorId, scope: QuantizationScope, output: Affine, op: NeighbourOp): TensorId {
  const affine = NEIGHBOUR_RECIPE[op.kind].oneScale ? output : constantAffine(id, scope);
  return addConstant(id, scope, affine);
}

function addConstant(id: TensorId, { graph, built }: QuantizationScope, affine: Affine): TensorId {
  const { scale, zeroPoint } = affine;
  const data = Int8Array.from(floatConstant(graph, id), (value) =>
    Math.min(Math.max(roundHalfAway(Math.fround(value / scale)) + zeroPoint, -128), 127),
  );
  return built.constant(id, INPUT_RULE.dtype, perTensor(affine), data);
}

/** Whether a pad fills with a value that its input's range does not hold. */
function isBeyond(op: PadOp, scope: QuantizationScope): boolean {
  if (op.value === null) return false;
  const fill = at(floatConstant(scope.graph, op.value), 0);
  const { scale, zeroPoint } = affineOf(op.input, scope);
  return Math.abs(Math.round(fill / scale) + zeroPoint + 0.5) > 128;
}

function fillOf(op: PadOp, value: TensorId, scope: QuantizationScope, output: Affine): TensorId {
  return addConstant(value, scope, output);
}

/** Whole numbers, such as positions in a table: they have no scale. */
function isPositions(id: TensorId, { graph }: QuantizationScope): boolean {
  const { dtype, quantization } = at(graph.tensors, id);
  return dtype === 'int32' && quantization === null;
}

function positionsOf(id: TensorId, { graph, built }: QuantizationScope): TensorId {
  const { data } = at(graph.tensors, id);
  return data === null ? built.asMade(id) : built.constant(id, 'int32', null, data);
}
