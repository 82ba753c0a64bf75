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
export type { MismatchLocation, ShaderDiagnostic, ShaderLocation, UnsupportedReason } from './errors';
export type { GpuCapabilities } from './gpu';
export type { DType, Quantization } from './model';
export type { SessionSize, SessionSizes, SymbolicShape } from './model/shapes';
export type { CheckMode } from './runtime/checked-executor';
export type { Diagnostics, GpuDiagnostics } from './runtime/diagnostics';
export type { LayerState, LayerTrace, SessionState } from './runtime/executor';
export type { KernelOptions } from './runtime/gpu/gpu-model';
export { Model } from './runtime/model';
export type { Backend, LoadOptions, SessionOptions } from './runtime/model';
export type { ModelEnd } from './runtime/model-end';
export type { Activations, LstmPath } from './runtime/plan/lstm-kernels';
export { parseTuning } from './runtime/plan/lstm-tuning';
export type { KernelTuning, LayerTunings, LstmTuning } from './runtime/plan/lstm-tuning';
export { Session } from './runtime/session';
export type { InputValues, RunOptions, Values } from './runtime/session';
export { mergeTunings } from './runtime/tune/merge-tunings';
export type { TunedCandidate, TuneOptions } from './runtime/tune/tune-model';

import { loadTflite } from './import/tflite/load-tflite';
import { Model } from './runtime/model';
import type { LoadOptions } from './runtime/model';
import type { KernelTuning } from './runtime/plan/lstm-tuning';
import type { TuneOptions } from './runtime/tune/tune-model';

/** Entry point. */
export const Octogate = {
  /**
   * Loads a `.tflite` model: `const model = await Octogate.load(bytes)`.
   *
   * @throws ModelFormatError if the bytes are no well-formed model; UnsupportedModelError with every reason if it cannot run
   * here; AdapterError if there is no GPU to run on; LimitError if it does not fit.
   */
  async load(bytes: Uint8Array | ArrayBuffer, options: LoadOptions = {}): Promise<Model> {
    return Model.fromGraph(await loadTflite(bytes), options);
  },

  /**
   * Finds the fastest kernels for a `.tflite` model on a device, to be passed as `kernels.tuning` when it is loaded, now or
   * in another process. Models run well without.
   *
   * @throws ModelFormatError, UnsupportedModelError, AdapterError and LimitError as `load` does; InputError for sizes that the
   * model does not take; GpuError if kernels disagree; DeviceLostError.
   */
  async tune(bytes: Uint8Array | ArrayBuffer, options: TuneOptions): Promise<KernelTuning> {
    const [graph, { tuneModel }] = await Promise.all([
      loadTflite(bytes),
      import('./runtime/tune/tune-model'),
    ]);
    return tuneModel(graph, options);
  },
};
