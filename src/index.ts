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
export type { Diagnostics, GpuDiagnostics } from './runtime/diagnostics';
export type { LayerState, LayerTrace, SessionState } from './runtime/executor';
export type { KernelOptions } from './runtime/gpu/gpu-model';
export { Model } from './runtime/model';
export type { Backend, LoadOptions, SessionOptions } from './runtime/model';
export type { ModelEnd } from './runtime/model-end';
export type { LstmPath } from './runtime/plan/lstm-kernels';
export { Session } from './runtime/session';
export type { InputValues, RunOptions, Values } from './runtime/session';

import { importTflite } from './import/tflite';
import { Model } from './runtime/model';
import type { LoadOptions } from './runtime/model';

/** Entry point. */
export const Octogate = {
  /**
   * Loads a `.tflite` model: `const model = await Octogate.load(bytes)`.
   *
   * @throws ModelFormatError if the bytes are no well-formed model; UnsupportedModelError with every reason if it cannot run
   * here; AdapterError if there is no GPU to run on; LimitError if it does not fit.
   */
  async load(bytes: Uint8Array | ArrayBuffer, options: LoadOptions = {}): Promise<Model> {
    return Model.fromGraph(importTflite(bytes), options);
  },
};
