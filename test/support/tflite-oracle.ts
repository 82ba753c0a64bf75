/**
 * TFLite itself, as an oracle: the WebAssembly build that `@tensorflow/tfjs-tflite` carries. It needs no browser; the
 * build without SIMD and threads is taken, so that every machine runs the same code.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** A tensor's elements as TFLite stores them, row-major. */
export type TensorData =
  Int8Array | Uint8Array | Int16Array | Int32Array | Uint32Array | Float32Array | Float64Array;

/** Raised when TFLite refuses a model or fails to run it, with what it printed. */
export class TfliteError extends Error {
  override readonly name = 'TfliteError';
}

/** A model in TFLite. Variable tensors, such as an LSTM's state, carry over from run to run. */
export interface TfliteInterpreter {
  /**
   * @param inputs one array per model input, of the input's own type and element count
   * @returns one array per model output
   * @throws {TfliteError} if an input does not fit, or TFLite refuses the run.
   */
  run(inputs: readonly TensorData[]): TensorData[];
}

/**
 * Loads a model into TFLite. LSTM layers need {@link negateHiddenZeroPoints} first.
 *
 * @param model The `.tflite` file.
 * @throws {TfliteError} if TFLite refuses the model.
 */
export async function openTflite(model: Uint8Array): Promise<TfliteInterpreter> {
  const printed: string[] = [];
  const tflite = await instantiate(printed);
  const address = tflite._malloc(model.length);
  tflite.HEAPU8.set(model, address);
  const created = tflite.TFLiteWebModelRunner.CreateFromBufferAndOptions(address, model.length, {
    numThreads: 1,
    enableProfiling: false,
    maxProfilingBufferEntries: 1,
  });
  if (!created.ok()) throw new TfliteError([created.errorMessage(), ...printed].join('\n'));
  const runner = created.value();
  return {
    run(inputs) {
      const slots = list(runner.GetInputs());
      if (slots.length !== inputs.length) {
        throw new TfliteError(`the model has ${slots.length} inputs, the call ${inputs.length}`);
      }
      slots.forEach((slot, index) => {
        fill(slot, inputs[index]!);
      });
      if (!runner.Infer()) throw new TfliteError(['inference failed', ...printed].join('\n'));
      return list(runner.GetOutputs()).map((output) => output.data().slice());
    },
  };
}

/**
 * Runs a model on a fresh interpreter, once per element of `inputsPerCall`; see {@link openTflite}.
 *
 * @returns For each call one array per model output.
 * @throws {TfliteError} if TFLite refuses the model or a run, or an input does not fit.
 */
export async function runTflite(
  model: Uint8Array,
  inputsPerCall: readonly (readonly TensorData[])[],
): Promise<TensorData[][]> {
  const interpreter = await openTflite(model);
  return inputsPerCall.map((inputs) => interpreter.run(inputs));
}

function fill(slot: TfliteTensor, values: TensorData): void {
  const elements = slot.data();
  if (elements.constructor !== values.constructor || elements.length !== values.length) {
    throw new TfliteError(
      `input "${slot.name}" is ${slot.dataType}[${slot.shape}], got ${values.constructor.name} of ${values.length}`,
    );
  }
  elements.set(values);
}

function list<T>(vector: EmbindVector<T>): T[] {
  return Array.from({ length: vector.size() }, (_, index) => vector.get(index));
}

// The module's own names and signatures, as far as they are used.

interface EmbindVector<T> {
  size(): number;
  get(index: number): T;
}

interface TfliteTensor {
  readonly name: string;
  readonly dataType: string;
  /** Comma-separated extents. */
  readonly shape: string;
  /** A view into the module's memory: valid until that memory grows, so taken anew for each use. */
  data(): TensorData;
}

interface TfliteModelRunner {
  GetInputs(): EmbindVector<TfliteTensor>;
  GetOutputs(): EmbindVector<TfliteTensor>;
  Infer(): boolean;
}

interface TfliteModule {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  readonly TFLiteWebModelRunner: {
    CreateFromBufferAndOptions(
      address: number,
      bytes: number,
      options: { numThreads: number; enableProfiling: boolean; maxProfilingBufferEntries: number },
    ): { ok(): boolean; errorMessage(): string; value(): TfliteModelRunner };
  };
}

type TfliteModuleFactory = (overrides: {
  wasmBinary: Uint8Array;
  print: (line: string) => void;
  printErr: (line: string) => void;
}) => Promise<TfliteModule>;

async function instantiate(printed: string[]): Promise<TfliteModule> {
  const require = createRequire(import.meta.url);
  const folder = '@tensorflow/tfjs-tflite/wasm';
  const factory = require(`${folder}/tflite_web_api_cc.js`) as TfliteModuleFactory;
  const wasmBinary = await readFile(require.resolve(`${folder}/tflite_web_api_cc.wasm`));
  const print = (line: string) => {
    printed.push(line);
  };
  return factory({ wasmBinary, print, printErr: print });
}
