import { writeLogPowers } from './features';
import { BINS, DELAY, HOP } from './frames';
import { Analyzer, Synthesizer } from './spectral-stream';

/** The network: log powers `[frames, 257]` to masks of the same shape. It keeps its state from call to call. */
export type MaskNetwork = (features: Float32Array<ArrayBuffer>) => Promise<ArrayLike<number>>;

/** Takes noise out of one stream of samples, hop by hop: spectrum -> log powers -> network -> masked spectrum -> samples. */
export class SpectralMask {
  readonly #network: MaskNetwork;
  readonly #analyzer = new Analyzer();
  readonly #synthesizer = new Synthesizer();

  constructor(network: MaskNetwork) {
    this.#network = network;
  }

  /**
   * @param samples of one or several hops, `[hops * 128]`, which the network gets in one call
   * @returns as many, {@link DELAY} later
   */
  async push(samples: Float32Array): Promise<Float32Array<ArrayBuffer>> {
    const hops = samples.length / HOP;
    const features = new Float32Array(hops * BINS);
    const spectra = Array.from({ length: hops }, (_, hop) => {
      const spectrum = this.#analyzer.push(samples.subarray(hop * HOP, (hop + 1) * HOP));
      writeLogPowers(spectrum, features.subarray(hop * BINS, (hop + 1) * BINS));
      return spectrum;
    });
    const masks = Float32Array.from(await this.#network(features));
    const denoised = new Float32Array(samples.length);
    for (const [hop, spectrum] of spectra.entries()) {
      const mask = masks.subarray(hop * BINS, (hop + 1) * BINS);
      denoised.set(this.#synthesizer.push(spectrum, mask), hop * HOP);
    }
    return denoised;
  }
}

/** A clip with silence behind it, so that all of its samples come out again: a whole number of hops. */
export function paddedToHops(clip: Float32Array): Float32Array<ArrayBuffer> {
  const padded = new Float32Array(Math.ceil((clip.length + DELAY) / HOP) * HOP);
  padded.set(clip);
  return padded;
}

/** What a padded clip has become, without the delay: the counterpart of {@link paddedToHops}. */
export function withoutDelay(denoised: Float32Array, samples: number): Float32Array<ArrayBuffer> {
  return denoised.slice(DELAY, DELAY + samples);
}
