import FFT from 'fft.js';
import { BINS, FRAME, HOP } from './frames';

/** Before and after the transform: a sine, whose squares at the four frames that share a sample add up to 2. */
const WINDOW = Float32Array.from({ length: FRAME }, (_, index) =>
  Math.sin((Math.PI * (index + 0.5)) / FRAME),
);
const OVERLAP_SUM = FRAME / HOP / 2;

/** A frame's spectrum: interleaved real and imaginary parts, `[257, 2]`. */
export type Spectrum = Float32Array<ArrayBuffer>;

/** Windows a frame and transforms it. */
export class FrameTransform {
  readonly #fft = new FFT(FRAME);
  readonly #complex = this.#fft.createComplexArray() as number[];
  readonly #windowed = new Float32Array(FRAME);

  /** @param frame `[512]` */
  spectrumOf(frame: Float32Array): Spectrum {
    for (let index = 0; index < FRAME; index++) {
      this.#windowed[index] = (frame[index] ?? 0) * (WINDOW[index] ?? 0);
    }
    this.#fft.realTransform(this.#complex, this.#windowed);
    const spectrum = new Float32Array(2 * BINS);
    for (let index = 0; index < spectrum.length; index++) spectrum[index] = this.#complex[index] ?? 0;
    return spectrum;
  }
}

/** Cuts a stream of samples into overlapping frames and transforms them, hop by hop; before the stream is silence. */
export class Analyzer {
  readonly #transform = new FrameTransform();
  readonly #newest = new Float32Array(FRAME);

  /** @param samples of a hop, `[128]`, the last of the frame */
  push(samples: Float32Array): Spectrum {
    this.#newest.copyWithin(0, HOP);
    this.#newest.set(samples, FRAME - HOP);
    return this.#transform.spectrumOf(this.#newest);
  }
}

/** Makes samples of masked spectra again, by adding up overlapping frames: `DELAY` samples after the {@link Analyzer}. */
export class Synthesizer {
  readonly #fft = new FFT(FRAME);
  readonly #masked = this.#fft.createComplexArray() as number[];
  readonly #complex = this.#fft.createComplexArray() as number[];
  readonly #sum = new Float32Array(FRAME);

  /**
   * @param spectrum of the newest frame; its phases stay
   * @param mask a factor for each of its bins, `[257]`
   * @returns the samples that no later frame changes, `[128]`
   */
  push(spectrum: Spectrum, mask: ArrayLike<number>): Float32Array<ArrayBuffer> {
    for (let index = 0; index < 2 * BINS; index++) {
      this.#masked[index] = (spectrum[index] ?? 0) * (mask[index >> 1] ?? 0);
    }
    this.#fft.completeSpectrum(this.#masked);
    this.#fft.inverseTransform(this.#complex, this.#masked);
    this.#sum.copyWithin(0, HOP);
    this.#sum.fill(0, FRAME - HOP);
    this.#sum.forEach((sum, index) => {
      this.#sum[index] = sum + ((this.#complex[2 * index] ?? 0) * (WINDOW[index] ?? 0)) / OVERLAP_SUM;
    });
    return this.#sum.slice(0, HOP);
  }
}
