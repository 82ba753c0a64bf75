import { at } from '../../errors';
import { quoted } from '../../errors/quoted';
import type { Graph } from '../graph';
import type { LstmDirection, LstmOp } from '../ops';
import { GATES } from '../ops';
import { directionPrefix, opTensors } from '../op-tensors';
import type { Quantization, TensorId } from '../tensor';
import type { TensorRule } from './tensor-rules';
import { ruleBreaks } from './tensor-rules';

/** The cell state's scale is a power of two, so that its tanh needs no multiplier: 0 to 6 integer bits. */
const CELL_SCALE_LOG2 = { lowest: -15, highest: -9 };
/** Output and state are the same integers; their scales may differ by what rounding to float32 makes. */
const SAME_SCALE = 2 ** -20;

/** Why an LSTM cannot run as integers, one sentence each; empty if it can. */
export function lstmBreaks(op: LstmOp, graph: Graph): string[] {
  return [
    ...ruleBreaks(graph, op.input, { role: 'input', dtype: 'int8', quantization: 'asymmetric' }),
    ...opTensors(op).weights.flatMap(({ id, role }) => ruleBreaks(graph, id, weightRule(role))),
    ...op.directions.flatMap((direction) =>
      directionBreaks(direction, directionPrefix(op.directions, direction), graph),
    ),
  ];
}

function weightRule(role: string): TensorRule {
  if (role.endsWith('bias')) return { role, dtype: 'int32', isConstant: true, quantization: 'any' };
  const isVector = role.endsWith('peephole weights') || role.endsWith('coefficients');
  return { role, dtype: isVector ? 'int16' : 'int8', isConstant: true, quantization: 'symmetric' };
}

function directionBreaks(direction: LstmDirection, prefix: string, graph: Graph): string[] {
  const { outputState, cellState, output, gates, hidden } = direction;
  const activation = (role: string): TensorRule => ({
    role: prefix + role,
    dtype: 'int8',
    quantization: 'asymmetric',
  });
  return [
    ...ruleBreaks(graph, outputState, activation('output state')),
    ...ruleBreaks(graph, output, activation('output')),
    ...ruleBreaks(graph, cellState, {
      role: `${prefix}cell state`,
      dtype: 'int16',
      quantization: 'symmetric',
    }),
    ...outputBreaks(graph, prefix, output, outputState),
    ...cellScaleBreaks(graph, prefix, cellState),
    ...insideBreaks(`${prefix}hidden value`, 4, hidden, [-128, 127]),
    ...GATES.flatMap((name, slot) => {
      const gate = gates[name];
      return gate?.layerNorm == null
        ? []
        : insideBreaks(`${prefix}${name} gate pre-activation`, slot, gate.preActivation, [0, 0]);
    }),
  ];
}

function outputBreaks(graph: Graph, prefix: string, output: TensorId, outputState: TensorId): string[] {
  const [of, ofState] = [at(graph.tensors, output).quantization, at(graph.tensors, outputState).quantization];
  if (of === null || ofState === null) return [];
  const [scale, stateScale] = [at(of.scales, 0), at(ofState.scales, 0)];
  const [zeroPoint, stateZeroPoint] = [at(of.zeroPoints, 0), at(ofState.zeroPoints, 0)];
  if (zeroPoint === stateZeroPoint && Math.abs(scale / stateScale - 1) <= SAME_SCALE) return [];
  return [
    `its ${prefix}output has scale ${scale} and zero point ${zeroPoint}, its ${prefix}output state ${stateScale} and ${stateZeroPoint}; ` +
      'the same are expected, requantize the model',
  ];
}

function cellScaleBreaks(graph: Graph, prefix: string, cellState: TensorId): string[] {
  const { name, quantization } = at(graph.tensors, cellState);
  if (quantization === null) return [];
  const scale = at(quantization.scales, 0);
  const log2 = Math.log2(scale);
  const { lowest, highest } = CELL_SCALE_LOG2;
  if (Number.isInteger(log2) && log2 >= lowest && log2 <= highest) return [];
  return [
    `its ${prefix}cell state ${quoted(name)} has the scale ${scale}; a power of two from 2^${lowest} to 2^${highest} ` +
      'is expected, requantize the model',
  ];
}

/** A value that stays inside the layer: it has no tensor, only a scale. */
function insideBreaks(
  role: string,
  slot: number,
  quantization: Quantization | null,
  [low, high]: readonly [number, number],
): string[] {
  if (quantization === null) {
    return [`its ${role} (intermediate ${slot}) has no scale; requantize the model`];
  }
  const { scales, zeroPoints, axis } = quantization;
  const [scale, zeroPoint] = [at(scales, 0), at(zeroPoints, 0)];
  const isSound = axis === null && Number.isFinite(scale) && scale > 0;
  if (isSound && Number.isInteger(zeroPoint) && zeroPoint >= low && zeroPoint <= high) return [];
  const expected = low === high ? `${low}` : `from ${low} to ${high}`;
  return [
    `its ${role} (intermediate ${slot}) has scale ${scale} and zero point ${zeroPoint}; one positive scale and a zero ` +
      `point ${low === high ? 'of ' : ''}${expected} are expected, requantize the model`,
  ];
}
