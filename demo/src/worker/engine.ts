import { proxy } from 'comlink';
import type { ProxyMarked } from 'comlink';
import { Denoiser } from './denoiser';
import type { ClipUpdate, LiveUpdate } from './denoiser';
import { Digits } from './digits';
import type { DigitCheck, DigitRun } from './digits';
import { Execution } from './execution';
import type { ExecutionStatus } from './execution';
import { MadeOnce } from '../made-once';
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
  readonly #denoiser: MadeOnce<Denoiser>;
  #writing: AbortController | null = null;
  #bench: ModelBench | null = null;
  #denoising: AbortController | null = null;
  /** Settles with the latest of what the denoiser was asked for. */
  #denoised: Promise<void> = Promise.resolve();

  private constructor(execution: Execution, files: ModelFiles) {
    this.#execution = execution;
    this.#files = files;
    this.#digits = new MadeOnce(() => Digits.load(execution, files.digits));
    this.#text = new MadeOnce(() => TextWriter.load(execution, files.characters));
    this.#denoiser = new MadeOnce(() => Denoiser.load(execution, files.denoiser));
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

  async denoiserPath(): Promise<string> {
    return (await this.#denoiser.get()).path;
  }

  /** @returns null if `stopDenoising` or another call ended it */
  denoise(
    clip: Float32Array,
    framesPerCall: number,
    onUpdate: (update: ClipUpdate) => void,
  ): Promise<Float32Array | null> {
    return this.#denoiseAlone(async (denoiser, signal) => {
      try {
        return await denoiser.denoiseClip(clip, framesPerCall, onUpdate, signal);
      } catch (error) {
        if (signal.aborted) return null;
        throw error;
      }
    });
  }

  /** Serves an audio bridge until `stopDenoising` or another call ends it. */
  denoiseLive(port: MessagePort, onUpdate: (update: LiveUpdate) => Promise<void>): Promise<void> {
    return this.#denoiseAlone((denoiser, signal) => denoiser.serve(port, onUpdate, signal));
  }

  stopDenoising(): void {
    this.#denoising?.abort();
    this.#denoising = null;
  }

  /** The denoiser has one state: what it was doing ends before it does something else. */
  async #denoiseAlone<T>(work: (denoiser: Denoiser, signal: AbortSignal) => Promise<T>): Promise<T> {
    this.stopDenoising();
    const denoising = new AbortController();
    this.#denoising = denoising;
    const last = this.#denoised;
    const result = (async () => {
      await last;
      return work(await this.#denoiser.get(), denoising.signal);
    })();
    this.#denoised = result.then(ignore, ignore);
    return result;
  }
}

/** What the page fetched once, at the start, so that nothing needs the network later. */
export interface ModelFiles {
  readonly digits: ArrayBuffer;
  readonly digitSamples: ArrayBuffer;
  readonly denoiser: ArrayBuffer;
  readonly characters: {
    readonly integer: ArrayBuffer;
    readonly float: ArrayBuffer;
    readonly alphabet: string;
  };
}

function ignore(): void {
  // Who asked for it has heard of it.
}
