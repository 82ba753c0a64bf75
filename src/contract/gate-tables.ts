import { logisticQ3_12, tanhQ0_15 } from '../arith';
import { TANH_TABLE_INTEGER_BITS } from './gate-table-bindings';

/**
 * The gate functions by table, for devices that look values up faster than they compute them: graphics drivers that run on the
 * processor. One int16 for each magnitude 1 to 32,768 of an argument, 64 KiB, which is what WebGPU lets a uniform buffer have.
 */
const MAGNITUDES = 2 ** 15;

/** Logistic of the positive arguments, Q3.12 to Q0.15: what `shaders/lib/logistic_table.wgsl` looks up. */
export function packLogisticTable(): Int16Array<ArrayBuffer> {
  return Int16Array.from({ length: MAGNITUDES }, (_, index) => logisticQ3_12(index + 1));
}

/**
 * tanh of the positive arguments, Q3.12 to Q0.15: what `shaders/lib/tanh_table.wgsl` looks up. It serves formats with more
 * integer bits, too: the same argument in Q3.12, or the last entry if that has no place for it.
 */
export function packTanhTable(): Int16Array<ArrayBuffer> {
  return Int16Array.from({ length: MAGNITUDES }, (_, index) => tanhQ0_15(index + 1, TANH_TABLE_INTEGER_BITS));
}
