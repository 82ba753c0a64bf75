import { at } from '../errors';
import { dequantizeValues, quantizeValues } from '../lower/real-values';
import { shapeSizes } from '../model/shapes';
import type { SessionSizes } from '../model/shapes';
import { inputSizes } from '../model/shapes/input-sizes';
import type { FloatTensor } from '../quantize';
import type { Model } from '../runtime/model';
import type { ModelEnd } from '../runtime/model-end';
import type { InputValues, RunOptions, Session, Values } from '../runtime/session';

/** What one call of an integer model took and gave. */
export interface IntegerCall {
  readonly sizes: SessionSizes;
  /** Per input of the model, as it was fed. */
  readonly inputs: readonly InputValues[];
  /** By tensor name, in integers where the model has them. */
  readonly outputs: Readonly<Record<string, Values>>;
}

/** Runs an integer model on real numbers, call by call; the batch may change whenever it is reset. */
export class IntegerRunner {
  readonly #model: Model;
  #session: Session | null = null;

  /** @param model on any backend; it stays the caller's */
  constructor(model: Model) {
    this.#model = model;
  }

  /** Back to the state of the beginning. */
  reset(): void {
    this.#session?.reset();
  }

  /**
   * One call in real numbers.
   *
   * @throws InputError naming the input that does not fit.
   */
  async run(inputs: readonly FloatTensor[]): Promise<FloatTensor[]> {
    const { sizes, outputs } = await this.call(inputs);
    return this.#model.outputs.map((end) => {
      const values = outputValues(outputs, end);
      return { shape: shapeSizes(end.shape, sizes), data: realValues(values, end) };
    });
  }

  /** One call, in integers. */
  async call(inputs: readonly FloatTensor[], options: RunOptions = {}): Promise<IntegerCall> {
    const ends = this.#model.inputs;
    const sizes = this.#sizesOf(inputs);
    const integers = ends.map((end, index) => integerInput(end, at(inputs, index)));
    const named = Object.fromEntries(ends.map(({ name }, index) => [name, at(integers, index)]));
    const found = await this.#sessionFor(sizes.batch).runNamed(named, options);
    const outputs = this.#model.outputs.map(
      (end) => [end.name, integersOf(outputValues(found, end), end)] as const,
    );
    return { sizes, inputs: integers, outputs: Object.fromEntries(outputs) };
  }

  #sizesOf(inputs: readonly FloatTensor[]): SessionSizes {
    const { batch, timesteps } = inputSizes(
      this.#model.inputs.map(({ name, shape }, index) => ({ name, shape, sizes: at(inputs, index).shape })),
    );
    return {
      batch: batch ?? this.#model.batch.inFile,
      timesteps: timesteps ?? this.#model.timesteps.inFile,
    };
  }

  #sessionFor(batch: number): Session {
    if (this.#session?.batch === batch) return this.#session;
    this.#session?.dispose();
    this.#session = this.#model.createSession({ batch });
    return this.#session;
  }
}

/** The values of one output of a call. */
export function outputValues(outputs: IntegerCall['outputs'], { name }: ModelEnd): Values {
  const values = outputs[name];
  if (values === undefined) throw new TypeError(`output ${name} is missing`);
  return values;
}

function integerInput({ name, dtype, quantization }: ModelEnd, { data }: FloatTensor): InputValues {
  // Positions in a table, which a float model takes as whole numbers.
  if (dtype === 'int32') return Int32Array.from(data);
  return quantization === null ? data : quantizeValues(name, data, quantization);
}

/** A session with float inputs gives real values also where it has integers; this brings back exactly those. */
function integersOf(values: Values, { name, quantization }: ModelEnd): Values {
  if (quantization === null || !(values instanceof Float32Array)) return values;
  return quantizeValues(name, values, quantization);
}

function realValues(values: Values, { quantization }: ModelEnd): Float32Array {
  if (values instanceof Float32Array || quantization === null) return Float32Array.from(values);
  return dequantizeValues(values, quantization);
}
