/**
 * The fixed-point arithmetic of an integer LSTM, bit for bit TFLite's: the one source of truth for the reference twins and,
 * by the same names in snake_case, for `shaders/lib`.
 *
 * Every function takes and returns integers in plain numbers and neither checks nor clamps its arguments beyond what its
 * name says: an int16 parameter must be an int16. Q-formats do not count the sign bit: an int16 Q3.12 spans [-8, 8).
 */
export { expOnNegativeValues } from './exp';
export { roundingDoublingHighMulI16, roundingDoublingHighMulI32 } from './high-multiply';
export { inverseSqrtMultiplier, layerNormElement, layerNormStatistics } from './layer-norm';
export type { LayerNormStatistics } from './layer-norm';
export { logisticQ3_12 } from './logistic';
export { quantizedMultiplier, quantizeMultiplier } from './quantized-multiplier';
export type { QuantizedMultiplier } from './quantized-multiplier';
export { oneMinusOverOnePlus, oneOverOnePlus } from './reciprocal';
export { multiplyByQuantizedMultiplier } from './requantize';
export { roundingDivideByPot } from './rounding';
export { saturateI16, saturateI8, saturatingShiftLeftI16, saturatingShiftLeftI32 } from './saturate';
export {
  expOnNegativeValuesQ5_26,
  expToSumTermQ12_19,
  oneOverOnePlusXQ0_31,
  softmaxProbability,
  softmaxReciprocal,
} from './softmax';
export type { SoftmaxReciprocal } from './softmax';
export { tanhQ0_15 } from './tanh';
export { coupledInputGate, hiddenValue, updateCellState } from './lstm-cell';
