/**
 * Octogate: integer-only LSTM networks on WebGPU, bit for bit what TFLite computes.
 *
 * @packageDocumentation
 */
export {
  AdapterError,
  DeviceLostError,
  DisposedError,
  GpuError,
  InputError,
  LimitError,
  MismatchError,
  ModelFormatError,
  OctogateError,
  ShaderError,
  UnsupportedModelError,
} from './errors';
export type { MismatchLocation, UnsupportedReason } from './errors';
export type { GpuCapabilities } from './gpu';
export type { CheckMode } from './runtime/checked-executor';
export type { LayerState, LayerTrace, SessionState } from './runtime/executor';
export type { KernelOptions } from './runtime/gpu/gpu-model';
export { Model } from './runtime/model';
export type { Backend, LoadOptions, SessionOptions } from './runtime/model';
export type { LstmPath } from './runtime/plan/lstm-kernels';
export { Session } from './runtime/session';
export type { RunOptions, Values } from './runtime/session';

import { Model } from './runtime/model';

/** Entry point: `const model = await Octogate.load(bytes)`. */
export const Octogate = {
  load: (...args: Parameters<typeof Model.load>): Promise<Model> => Model.load(...args),
};
