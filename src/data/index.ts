/**
 * NumPy arrays for models: representative sequences for the quantizer, inputs and outputs of calls.
 *
 * @packageDocumentation
 */
export { arraysIn, isArrayFile } from './arrays';
export type { SourceArray } from './arrays';
export { callInputs, callOutput } from './call-arrays';
export type { CallInputs, CallOutput, LabelledArray } from './call-arrays';
export { inputAxes } from './input-axes';
export type { InputAxes } from './input-axes';
export { encodeNpy, parseNpy } from './npy';
export type { AnyNpyArray, NpyArray, NpyData, NpyDtype } from './npy';
export { samplesOf } from './samples';
export type { InputArrays } from './samples';
export { shapeSizes } from '../model/shapes';
export type { SessionSizes } from '../model/shapes';
