import { proxy } from 'comlink';
import type { ProxyMarked } from 'comlink';
import { Digits } from './digits';
import type { DigitCheck, DigitRun } from './digits';
import { Execution } from './execution';
import type { ExecutionStatus } from './execution';
import { MadeOnce } from './made-once';
import { ModelBench } from './model/model-bench';
import { sampleModels } from './model/sample-models';
import { TextWriter } from './text';
import type { TextRequest, TextUpdate } from './text';

/** All that the page asks of the engine, which runs in a worker. */
export class Engine {
  readonly #execution: Execution;
  readonly #files: ModelFiles;
  readonly #digits: MadeOnce<Digits>;
  readonly #text: MadeOnce<TextWriter>;
  #writing: AbortController | null = null;
  #bench: ModelBench | null = null;

  private constructor(execution: Execution, files: ModelFiles) {
    this.#execution = execution;
    this.#files = files;
    this.#digits = new MadeOnce(() => Digits.load(execution, files.digits));
    this.#text = new MadeOnce(() => TextWriter.load(execution, files.characters));
  }

  static async start(files: ModelFiles): Promise<Engine> {
    return new Engine(await Execution.start(), files);
  }

  status(): ExecutionStatus {
    return this.#execution.status;
  }

  loseDevice(): void {
    this.#execution.loseDevice();
  }

  async classifyDigit(pixels: Int8Array): Promise<DigitRun> {
    return (await this.#digits.get()).classify(pixels);
  }

  async checkDigit(pixels: Int8Array, faulty: boolean): Promise<DigitCheck> {
    return (await this.#digits.get()).check(pixels, faulty);
  }

  async digitFault(): Promise<string> {
    return (await this.#digits.get()).fault;
  }

  async textPath(): Promise<string> {
    return (await this.#text.get()).path;
  }

  /** @returns false if `stopWriting` or another `write` ended it */
  async write(request: TextRequest, onUpdate: (update: TextUpdate) => void): Promise<boolean> {
    this.stopWriting();
    const writing = new AbortController();
    this.#writing = writing;
    try {
      await (await this.#text.get()).write(request, onUpdate, writing.signal);
      return true;
    } catch (error) {
      if (writing.signal.aborted) return false;
      throw error;
    }
  }

  stopWriting(): void {
    this.#writing?.abort();
    this.#writing = null;
  }

  /** Where the visitor's own model is looked at, quantized and run. */
  modelBench(): ModelBench & ProxyMarked {
    this.#bench ??= new ModelBench(this.#execution, sampleModels(this.#files));
    return proxy(this.#bench);
  }
}

/** What the page fetched once, at the start, so that nothing needs the network later. */
export interface ModelFiles {
  readonly digits: ArrayBuffer;
  readonly digitSamples: ArrayBuffer;
  readonly characters: {
    readonly integer: ArrayBuffer;
    readonly float: ArrayBuffer;
    readonly alphabet: string;
  };
}
