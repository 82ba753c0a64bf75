import { InputError } from '../errors';

/** How a stream is cut, in samples. */
export interface FramerOptions {
  /** Samples of a frame. */
  readonly frame: number;
  /** Samples from the start of a frame to the start of the next; default a frame's, so that frames do not overlap. */
  readonly hop?: number;
}

/**
 * Cuts a stream of samples that come in pieces of any size into frames that overlap or not, through a ring buffer of one
 * frame: memory does not grow, whatever the pieces are.
 */
export class Framer {
  /** Samples of a frame. */
  readonly frame: number;
  /** Samples from the start of a frame to the start of the next. */
  readonly hop: number;
  readonly #ring: Float32Array;
  /** Samples taken so far, modulo nothing: a tab at 48 kHz counts exactly for 5,000 years. */
  #taken = 0;
  /** Samples that have to be taken before the next frame is whole. */
  #due: number;

  /** @throws InputError if a size is no whole number of at least 1, or the hop is longer than the frame. */
  constructor({ frame, hop = frame }: FramerOptions) {
    for (const [name, value] of [
      ['frame', frame],
      ['hop', hop],
    ] as const) {
      if (Number.isSafeInteger(value) && value >= 1) continue;
      throw new InputError(`${name} is ${value} samples; a whole number of at least 1 is expected`);
    }
    if (hop > frame) throw new InputError(`hop is ${hop} samples; at most a frame's ${frame} are expected`);
    this.frame = frame;
    this.hop = hop;
    this.#ring = new Float32Array(frame);
    this.#due = frame;
  }

  /**
   * The frames that these samples complete, oldest sample first, each an array of its own.
   *
   * @param samples any number of them; copied as the frames are taken, so take them all before reusing the array
   */
  *push(samples: Float32Array): Generator<Float32Array<ArrayBuffer>, void, undefined> {
    for (const sample of samples) {
      this.#ring[this.#taken % this.frame] = sample;
      this.#taken += 1;
      if (this.#taken < this.#due) continue;
      this.#due += this.hop;
      yield this.#newestFrame();
    }
  }

  /** Forgets the samples that no frame has had. */
  reset(): void {
    this.#taken = 0;
    this.#due = this.frame;
  }

  /** The same as a pair of web streams: pieces in, frames out. What is left at the end and fills no frame is dropped. */
  transform(): TransformStream<Float32Array, Float32Array<ArrayBuffer>> {
    return new TransformStream<Float32Array, Float32Array<ArrayBuffer>>({
      transform: (samples, controller) => {
        for (const frame of this.push(samples)) controller.enqueue(frame);
      },
    });
  }

  #newestFrame(): Float32Array<ArrayBuffer> {
    const start = this.#taken % this.frame;
    const frame = new Float32Array(this.frame);
    frame.set(this.#ring.subarray(start));
    frame.set(this.#ring.subarray(0, start), this.frame - start);
    return frame;
  }
}
