/**
 * TFLite itself, as an oracle: the WebAssembly build that `@tensorflow/tfjs-tflite` carries. It needs no browser; the
 * build without SIMD and threads is taken, so that every machine runs the same code.
 */
import { loadTflite } from '../../bench/peers/node-host';
import { createInterpreter, TfliteError, vectorElements } from '../../bench/peers/tflite-module';
import type { TensorData, TfliteTensor } from '../../bench/peers/tflite-module';

export { TfliteError } from '../../bench/peers/tflite-module';
export type { TensorData } from '../../bench/peers/tflite-module';

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
  const tflite = await loadTflite('', (line) => {
    printed.push(line);
  });
  const runner = createInterpreter(tflite, model, printed);
  return {
    run(inputs) {
      const slots = vectorElements(runner.GetInputs());
      if (slots.length !== inputs.length) {
        throw new TfliteError(`the model has ${slots.length} inputs, the call ${inputs.length}`);
      }
      slots.forEach((slot, index) => {
        fill(slot, inputs[index]!);
      });
      if (!runner.Infer()) throw new TfliteError(['inference failed', ...printed].join('\n'));
      return vectorElements(runner.GetOutputs()).map((output) => output.data().slice());
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
