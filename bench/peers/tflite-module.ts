/** TFLite's WebAssembly build, which `@tensorflow/tfjs-tflite` carries, with its own names and signatures, as far as they are used. */

/** A tensor's elements as TFLite stores them, row-major. */
export type TensorData =
  Int8Array | Uint8Array | Int16Array | Int32Array | Uint32Array | Float32Array | Float64Array;

export interface EmbindVector<T> {
  size(): number;
  get(index: number): T;
}

export interface TfliteTensor {
  readonly name: string;
  readonly dataType: string;
  /** Comma-separated extents. */
  readonly shape: string;
  /** A view into the module's memory: valid until that memory grows, so taken anew for each use. */
  data(): TensorData;
}

export interface TfliteInterpreter {
  GetInputs(): EmbindVector<TfliteTensor>;
  GetOutputs(): EmbindVector<TfliteTensor>;
  Infer(): boolean;
}

export interface TfliteModule {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  readonly TFLiteWebModelRunner: {
    CreateFromBufferAndOptions(
      address: number,
      bytes: number,
      options: { numThreads: number; enableProfiling: boolean; maxProfilingBufferEntries: number },
    ): { ok(): boolean; errorMessage(): string; value(): TfliteInterpreter };
  };
}

export type TfliteModuleFactory = (overrides: {
  wasmBinary: ArrayBuffer | Uint8Array;
  print: (line: string) => void;
  printErr: (line: string) => void;
}) => Promise<TfliteModule>;

/** Raised when TFLite refuses a model or fails to run it, with what it printed. */
export class TfliteError extends Error {
  override readonly name = 'TfliteError';
}

/**
 * An interpreter with one thread.
 *
 * @param printed what the module prints, for the error
 * @throws TfliteError if TFLite refuses the model.
 */
export function createInterpreter(
  tflite: TfliteModule,
  model: Uint8Array,
  printed: readonly string[],
): TfliteInterpreter {
  const address = tflite._malloc(model.length);
  tflite.HEAPU8.set(model, address);
  const created = tflite.TFLiteWebModelRunner.CreateFromBufferAndOptions(address, model.length, {
    numThreads: 1,
    enableProfiling: false,
    maxProfilingBufferEntries: 1,
  });
  if (!created.ok()) throw new TfliteError([created.errorMessage(), ...printed].join('\n'));
  return created.value();
}

export function vectorElements<T>(vector: EmbindVector<T>): T[] {
  return Array.from({ length: vector.size() }, (_, index) => vector.get(index));
}
