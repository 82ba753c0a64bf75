import { serveFrames } from 'octogate/streaming';
import { BINS, FRAME_BUDGET_MS, HOP } from '../denoiser/frames';
import { joined } from '../denoiser/joined';
import { paddedToHops, SpectralMask, withoutDelay } from '../denoiser/spectral-mask';
import { kernelPath } from './execution';
import type { Execution } from './execution';
import { ResumableSession } from './resumable-session';

/** How long frames have taken so far; each has 8 ms. */
export interface FrameTimes {
  readonly frames: number;
  readonly totalMs: number;
  /** Of a frame: a call's time, shared by its frames. */
  readonly slowestMs: number;
  /** Frames that took longer than their 8 ms. */
  readonly late: number;
  /** The device was lost and replaced since the last of these; the stream went on from its last state. */
  readonly recovered: boolean;
}

export interface ClipUpdate extends FrameTimes {
  /** Of the frames, 0 to 1. */
  readonly progress: number;
}

/** What a live stream has become since the last update. */
export interface LiveUpdate extends FrameTimes {
  readonly noisy: Float32Array;
  /** As many samples, 384 later. */
  readonly denoised: Float32Array;
}

/** Milliseconds between two updates of the page. */
const UPDATE_MS = 80;
/** The same of a live stream, whose pictures the page draws anew each time. */
const LIVE_UPDATE_MS = 250;
/** Calls between two copies of the state, from which the stream goes on after a lost device. */
const SAVE_EVERY = 64;

/** Takes noise out of speech: log powers of a frame -> 2 x LSTM(96) -> a factor for each of its 257 frequencies. */
export class Denoiser {
  readonly #session: ResumableSession;
  readonly path: string;

  private constructor(session: ResumableSession, path: string) {
    this.#session = session;
    this.path = path;
  }

  static async load(execution: Execution, bytes: ArrayBuffer): Promise<Denoiser> {
    const model = await execution.load(bytes);
    const path = await kernelPath(model, { batch: 1, timesteps: 1 });
    const session = await ResumableSession.of(model.createSession({ batch: 1 }), SAVE_EVERY);
    // Compiles the kernels, before a microphone's first frames wait for them.
    await session.run(new Float32Array(BINS));
    return new Denoiser(session, path);
  }

  /**
   * @param clip samples at 16 kHz
   * @param framesPerCall 1 as a live stream has them, or more at a time
   * @returns as many samples; the last update has the times of all of them
   * @throws the signal's reason.
   */
  async denoiseClip(
    clip: Float32Array,
    framesPerCall: number,
    onUpdate: (update: ClipUpdate) => void,
    signal: AbortSignal,
  ): Promise<Float32Array<ArrayBuffer>> {
    const stream = await this.#start();
    const padded = paddedToHops(clip);
    const call = framesPerCall * HOP;
    // Compiles the kernels for so many frames, so that no figure on the page counts that.
    await stream.push(new Float32Array(Math.min(call, padded.length)));
    await stream.restart();
    const denoised = new Float32Array(padded.length);
    let updated = performance.now();
    for (let start = 0; start < padded.length; start += call) {
      signal.throwIfAborted();
      const samples = padded.subarray(start, start + call);
      denoised.set(await stream.push(samples), start);
      const end = start + samples.length;
      if (performance.now() - updated < UPDATE_MS && end < padded.length) continue;
      onUpdate({ ...stream.times(), progress: end / padded.length });
      // Lets the worker hear of an abort.
      await new Promise((resolve) => setTimeout(resolve));
      updated = performance.now();
    }
    return withoutDelay(denoised, clip.length);
  }

  /**
   * Serves the frames of an audio bridge, until the signal aborts.
   *
   * @param onUpdate called again once it has resolved, so that a slow page gets fewer updates, and not a queue of them
   */
  async serve(
    port: MessagePort,
    onUpdate: (update: LiveUpdate) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const stream = await this.#start();
    const noisy: Float32Array[] = [];
    const denoised: Float32Array[] = [];
    const update = (): Promise<void> =>
      onUpdate({ ...stream.times(), noisy: joined(noisy.splice(0)), denoised: joined(denoised.splice(0)) });
    let updated = performance.now();
    let isUpdating = false;
    let updating = Promise.resolve();
    const compute = async (samples: Float32Array<ArrayBuffer>): Promise<Float32Array<ArrayBuffer>> => {
      const result = await stream.push(samples);
      noisy.push(samples);
      denoised.push(result.slice());
      if (!isUpdating && performance.now() - updated >= LIVE_UPDATE_MS) {
        isUpdating = true;
        updating = update().finally(() => {
          isUpdating = false;
          updated = performance.now();
        });
      }
      return result;
    };
    await serveFrames(port, compute, signal);
    await updating;
    await update();
  }

  async #start(): Promise<TimedStream> {
    const stream = new TimedStream(this.#session);
    await stream.restart();
    return stream;
  }
}

/** One stream through the network, with a clock. */
class TimedStream {
  readonly #session: ResumableSession;
  #mask: SpectralMask;
  #frames = 0;
  #totalMs = 0;
  #slowestMs = 0;
  #late = 0;

  constructor(session: ResumableSession) {
    this.#session = session;
    this.#mask = this.#freshMask();
  }

  /** From the reset state, and as if no frame had been. */
  async restart(): Promise<void> {
    await this.#session.reset();
    this.#mask = this.#freshMask();
    [this.#frames, this.#totalMs, this.#slowestMs, this.#late] = [0, 0, 0, 0];
  }

  async push(samples: Float32Array): Promise<Float32Array<ArrayBuffer>> {
    const start = performance.now();
    const denoised = await this.#mask.push(samples);
    const elapsedMs = performance.now() - start;
    const frames = samples.length / HOP;
    this.#frames += frames;
    this.#totalMs += elapsedMs;
    this.#slowestMs = Math.max(this.#slowestMs, elapsedMs / frames);
    if (elapsedMs > frames * FRAME_BUDGET_MS) this.#late += frames;
    return denoised;
  }

  times(): FrameTimes {
    return {
      frames: this.#frames,
      totalMs: this.#totalMs,
      slowestMs: this.#slowestMs,
      late: this.#late,
      recovered: this.#session.takeLoss(),
    };
  }

  #freshMask(): SpectralMask {
    return new SpectralMask((features) => this.#session.run(features));
  }
}
