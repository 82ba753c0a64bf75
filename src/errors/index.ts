/**
 * Every error that Octogate throws on purpose. Each names its subject (tensor, op, limit), what was found, what was
 * expected, and what to do about it; `code` is stable and meant for programs.
 */

/** Base of all errors thrown on purpose by this library. */
export abstract class OctogateError extends Error {
  /** Stable identifier of the error's kind. */
  abstract readonly code: string;
  /** The class's name, also where a bundler has given the class another. */
  abstract override readonly name: string;
}

/** The bytes are not a well-formed model: truncated, cyclic, out of range, inconsistent. */
export class ModelFormatError extends OctogateError {
  override readonly name = 'ModelFormatError';
  readonly code = 'model-format';
}

/** One reason why a well-formed model cannot run here. */
export interface UnsupportedReason {
  /** What is unsupported, named as in the file: `op 3 CONV_3D`, `tensor 7 "x"`. */
  readonly subject: string;
  /** What was found, what is expected, and what to do. */
  readonly reason: string;
}

/** A well-formed model uses something that Octogate does not run. Carries every reason at once. */
export class UnsupportedModelError extends OctogateError {
  override readonly name = 'UnsupportedModelError';
  readonly code = 'unsupported-model';
  /** Every reason, in the order of the file. */
  readonly reasons: readonly UnsupportedReason[];

  constructor(reasons: readonly UnsupportedReason[]) {
    const lines = reasons.map(({ subject, reason }) => `${subject}: ${reason}`);
    super(
      lines.length === 1 ? lines.join('') : `${lines.length} things cannot run:\n- ${lines.join('\n- ')}`,
    );
    this.reasons = reasons;
  }
}

/** The caller passed an argument of the wrong shape, type or value. The object it was passed to stays usable. */
export class InputError extends OctogateError {
  override readonly name = 'InputError';
  readonly code = 'input';
}

/** Calibration data cannot be used: empty, of the wrong shape, or holding NaN or infinity. Names sample and tensor. */
export class CalibrationError extends OctogateError {
  override readonly name = 'CalibrationError';
  readonly code = 'calibration';
}

/**
 * A float model cannot be turned into integers as it is: a range is missing or unusable, weights are all zero or not
 * finite, or an accumulator could overflow. Nothing was produced.
 */
export class QuantizationError extends OctogateError {
  override readonly name = 'QuantizationError';
  readonly code = 'quantization';
  /** Tensor, or LSTM value, that stands in the way. */
  readonly subject: string;

  constructor(subject: string, problem: string) {
    super(`${subject}: ${problem}`);
    this.subject = subject;
  }
}

/** A device limit stands in the way of a model or of a batch. */
export class LimitError extends OctogateError {
  override readonly name = 'LimitError';
  readonly code = 'limit';
}

/** No usable WebGPU adapter, or not the one that was asked for. */
export class AdapterError extends OctogateError {
  override readonly name = 'AdapterError';
  readonly code = 'adapter';
}

/** The GPU device was lost. The next run rebuilds everything from the host's copies. */
export class DeviceLostError extends OctogateError {
  override readonly name = 'DeviceLostError';
  readonly code = 'device-lost';
}

/** A line of a shader source file, counted from 1. */
export interface ShaderLocation {
  /** Path relative to `shaders/`. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

/** One complaint about a shader, where it belongs. */
export interface ShaderDiagnostic {
  /** null where the compiler names no line. */
  readonly location: ShaderLocation | null;
  /** The compiler's or the linker's words. */
  readonly message: string;
}

/** A shader does not link, compile or become a pipeline. Carries every complaint at once. */
export class ShaderError extends OctogateError {
  override readonly name = 'ShaderError';
  readonly code = 'shader';
  /** Every complaint. */
  readonly diagnostics: readonly ShaderDiagnostic[];

  constructor(subject: string, diagnostics: readonly ShaderDiagnostic[], options?: ErrorOptions) {
    const lines = diagnostics.map(({ location, message }) =>
      location === null ? message : `${location.file}:${location.line}: ${message}`,
    );
    super(
      lines.length === 1 ? `${subject}: ${lines.join('')}` : `${subject}:\n- ${lines.join('\n- ')}`,
      options,
    );
    this.diagnostics = diagnostics;
  }
}

/** WebGPU refused an operation that should have been valid, or failed inside: a defect here or in the driver. */
export class GpuError extends OctogateError {
  override readonly name = 'GpuError';
  readonly code = 'gpu';
}

/** Something was used after its `dispose()`. */
export class DisposedError extends OctogateError {
  override readonly name = 'DisposedError';
  readonly code = 'disposed';
}

/** Where a backend's integers first left the reference's. */
export interface MismatchLocation {
  /** Name of the op, as in the model. */
  readonly layer: string;
  /** Timestep inside the call, counted from 0; null for ops without one. */
  readonly timestep: number | null;
  /** Sequence in the batch, counted from 0. */
  readonly batchRow: number;
  /** Unit (cell, channel, feature) inside the row. */
  readonly unit: number;
  /** Stage of the op: `hidden`, `cell`, `forget gate pre-activation`, `output`, and so on. */
  readonly stage: string;
  /** The reference's value. */
  readonly expected: number;
  /** The backend's value. */
  readonly actual: number;
}

/** A run's integers differ from the reference's. */
export class MismatchError extends OctogateError {
  override readonly name = 'MismatchError';
  readonly code = 'mismatch';
  /** The first value that differs. */
  readonly location: MismatchLocation;

  constructor(location: MismatchLocation) {
    const { layer, timestep, batchRow, unit, stage, expected, actual } = location;
    const when = timestep === null ? '' : ` timestep ${timestep},`;
    super(
      `${layer}:${when} batch row ${batchRow}, unit ${unit}, ${stage}: got ${actual}, the reference says ${expected}`,
    );
    this.location = location;
  }
}

/**
 * Checked element access: what `array[index]` promises, proven.
 *
 * @throws RangeError if there is no such element, which is always a defect of the caller.
 */
export function at<T>(array: ArrayLike<T>, index: number): T {
  const value = array[index];
  if (value === undefined) throw new RangeError(`index ${index} is outside an array of ${array.length}`);
  return value;
}

/** Proves to the compiler that a discriminated union was handled whole. */
export function unreachable(value: never): never {
  throw new TypeError(`unhandled case ${JSON.stringify(value)}`);
}
