import { at } from '../../errors';
import { quoted } from '../../errors/quoted';
import type { Graph } from '../graph';
import type { DType, TensorId } from '../tensor';

/** What one tensor of an integer op must be. */
export interface TensorRule {
  /** The tensor's place in the op: `forget gate bias`. */
  readonly role: string;
  readonly dtype: DType;
  /** Its elements are in the file. */
  readonly isConstant?: true;
  /**
   * `any`: its scale follows from others, as a bias's does, or it is no real number. `symmetric`: zero point 0.
   */
  readonly quantization: 'any' | 'asymmetric' | 'symmetric';
  /** Dimension that may have a scale per index instead of one for all. */
  readonly channelAxis?: number;
}

/** Why a tensor breaks its rule, one sentence each; empty if it does not. */
export function ruleBreaks(graph: Graph, id: TensorId, rule: TensorRule): string[] {
  const { name, dtype, data, quantization } = at(graph.tensors, id);
  const subject = `its ${rule.role} ${quoted(name)}`;
  if (dtype !== rule.dtype) {
    const remedy =
      rule.dtype === 'float32'
        ? 'keep the op in float32 as a whole, or quantize it'
        : 'quantize the model to int8';
    return [`${subject}: ${dtype} found, ${rule.dtype} expected; ${remedy}`];
  }
  const breaks: string[] = [];
  if (rule.isConstant && data === null) {
    breaks.push(`${subject}: computed while the model runs, a constant expected; export the model frozen`);
  }
  if (rule.quantization === 'any') return breaks;
  if (quantization === null) {
    return [...breaks, `${subject}: no scale found; requantize the model`];
  }
  const { scales, zeroPoints, axis } = quantization;
  if (axis !== null && axis !== rule.channelAxis) {
    const expected =
      rule.channelAxis === undefined ? 'one scale' : `dimension ${rule.channelAxis}, or one scale,`;
    breaks.push(
      `${subject}: ${scales.length} scales along dimension ${axis} found, ${expected} expected; requantize the model`,
    );
  }
  if (rule.quantization !== 'asymmetric') {
    const zeroPoint = zeroPoints.find((value) => value !== 0);
    if (zeroPoint !== undefined) {
      breaks.push(`${subject}: zero point ${zeroPoint} found, 0 expected; requantize the model`);
    }
  }
  return breaks;
}
