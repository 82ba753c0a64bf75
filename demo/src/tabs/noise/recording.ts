import { SAMPLE_RATE } from '../../denoiser/frames';
import { joined } from '../../denoiser/joined';

/** What the page shows while it records: the newest 10 s. */
const SHOWN_SAMPLES = 10 * SAMPLE_RATE;

interface Pair {
  readonly noisy: Float32Array<ArrayBuffer>;
  readonly denoised: Float32Array<ArrayBuffer>;
}

/** A live stream before and after, as it comes in. */
export class Recording {
  readonly #noisy: Float32Array[] = [];
  readonly #denoised: Float32Array[] = [];
  #samples = 0;

  add(noisy: Float32Array, denoised: Float32Array): void {
    this.#noisy.push(noisy);
    this.#denoised.push(denoised);
    this.#samples += noisy.length;
  }

  /** The newest 10 s, with silence before them where there are not as many yet. */
  newest(): Pair {
    return { noisy: newestOf(this.#noisy), denoised: newestOf(this.#denoised) };
  }

  /** All of it, both sides in step. @param delay samples by which the denoised side lags */
  whole(delay: number): Pair {
    const length = Math.max(0, this.#samples - delay);
    return {
      noisy: joined(this.#noisy).slice(0, length),
      denoised: joined(this.#denoised).slice(delay),
    };
  }
}

function newestOf(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const shown = new Float32Array(SHOWN_SAMPLES);
  let start = SHOWN_SAMPLES;
  for (const part of parts.toReversed()) {
    if (start === 0) break;
    const fitting = part.subarray(Math.max(0, part.length - start));
    start -= fitting.length;
    shown.set(fitting, start);
  }
  return shown;
}
