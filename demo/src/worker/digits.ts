import { MismatchError, Octogate } from 'octogate';
import type { LayerTrace, Model, Session } from 'octogate';
import { kernelPath } from './execution';
import type { Execution } from './execution';
import { GpuAccess } from './gpu-access';
import type { ShaderFault } from './gpu-access';

export const ROWS = 28;
export const CLASSES = 10;

/** One image's way through the network. */
export interface DigitRun {
  /** After every row, the belief in each digit, 0 to 1: `[28, 10]`. */
  readonly beliefs: Float32Array;
  readonly trace: LayerTrace;
  /** Milliseconds of the call without its trace, by timestep. */
  readonly stepMs: number;
  readonly path: string;
}

/** What comparing every stage with the reference found. */
export interface DigitCheck {
  readonly compared: number;
  /** The report of the first integer that differs; null if none does. */
  readonly mismatch: string | null;
}

/** The smallest of faults: one constant of exp, one unit too large. */
const FAULT: ShaderFault = {
  description: 'exp(-1) in the activations is 12056 / 32768 instead of 12055 / 32768',
  // By its value alone: published shaders have short names and no blanks.
  find: '12055;',
  replaceBy: '12056;',
};

/** Reads digits row by row: int8 [1, 28, 28] -> LSTM(96) -> dense -> softmax after every row. */
export class Digits {
  readonly #execution: Execution;
  readonly #bytes: ArrayBuffer;
  readonly #session: Session;
  readonly #path: string;

  private constructor(execution: Execution, bytes: ArrayBuffer, session: Session, path: string) {
    this.#execution = execution;
    this.#bytes = bytes;
    this.#session = session;
    this.#path = path;
  }

  static async load(execution: Execution, bytes: ArrayBuffer): Promise<Digits> {
    const model = await execution.load(bytes);
    const path = await kernelPath(model, { batch: 1, timesteps: ROWS });
    const session = model.createSession({ batch: 1 });
    // Compiles the kernels, so that no figure on the page counts that.
    await session.run(new Int8Array(ROWS * ROWS));
    return new Digits(execution, bytes, session, path);
  }

  /** @param pixels grey levels minus 128, `[28, 28]` */
  async classify(pixels: Int8Array): Promise<DigitRun> {
    const traces: LayerTrace[] = [];
    this.#session.reset();
    await this.#session.run(pixels, { onTrace: (trace) => traces.push(trace) });
    this.#session.reset();
    const start = performance.now();
    const beliefs = await this.#session.run(pixels);
    const stepMs = (performance.now() - start) / ROWS;
    const [trace] = traces;
    if (trace === undefined) throw new TypeError('the model has no LSTM');
    return {
      beliefs: Float32Array.from(beliefs, (value) => (value + 128) / 256),
      trace,
      stepMs,
      path: this.#path,
    };
  }

  /** Repeats every stage of every timestep on the reference; with `faulty`, on kernels with a seeded fault. */
  async check(pixels: Int8Array, faulty: boolean): Promise<DigitCheck> {
    if (this.#execution.status.backend === 'reference') return { compared: 0, mismatch: null };
    const model = faulty
      ? await this.#loadFaulty()
      : await this.#execution.load(this.#bytes, { check: 'every' });
    try {
      const session = model.createSession({ batch: 1 });
      await session.run(pixels);
      return { compared: session.comparedValues, mismatch: null };
    } catch (error) {
      if (!(error instanceof MismatchError)) throw error;
      return { compared: 0, mismatch: error.message };
    } finally {
      model.dispose();
    }
  }

  get fault(): string {
    return FAULT.description;
  }

  #loadFaulty(): Promise<Model> {
    const { gpu } = new GpuAccess(navigator.gpu, FAULT);
    return Octogate.load(this.#bytes, { backend: 'webgpu', gpu, check: 'every' });
  }
}
