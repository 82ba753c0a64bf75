import FFT from 'fft.js';
import { at } from '../../src/errors';
import { SAMPLE_RATE } from '../audio/signal';

/** Bands of the mel scale. */
export const BANDS = 32;

const WINDOW = 512;
/** 20 ms. */
const HOP = 320;
const LOWEST_HZ = 60;
const HIGHEST_HZ = 7600;
/** Added to a band's power: far below the quietest noise. */
const FLOOR = 1e-6;
/** Of log powers over the training data, roughly; the same for all bands, so that quantization has one scale to find. */
const [MEAN, DEVIATION] = [-4, 4] as const;

/** How many frames a signal has. */
export function keywordFrames(samples: number): number {
  return Math.floor((samples - WINDOW) / HOP) + 1;
}

/** Logarithms of the powers in 32 mel bands, about 0 with deviation 1, `[frames, 32]`. */
export function logMel(signal: Float32Array): Float32Array {
  const frames = keywordFrames(signal.length);
  const fft = new FFT(WINDOW);
  const spectrum = fft.createComplexArray() as number[];
  const data = new Float32Array(frames * BANDS);
  for (let frame = 0; frame < frames; frame++) {
    const part = signal.subarray(frame * HOP, frame * HOP + WINDOW);
    fft.realTransform(
      spectrum,
      part.map((sample, index) => sample * at(HANN, index)),
    );
    for (const [band, weights] of FILTERS.entries()) {
      const energy = weights.reduce(
        (sum, weight, bin) => sum + weight * (at(spectrum, 2 * bin) ** 2 + at(spectrum, 2 * bin + 1) ** 2),
        0,
      );
      data[frame * BANDS + band] = (Math.log(energy + FLOOR) - MEAN) / DEVIATION;
    }
  }
  return data;
}

const HANN = Float32Array.from({ length: WINDOW }, (_, index) => Math.sin((Math.PI * index) / WINDOW) ** 2);

const toMel = (hz: number): number => 2595 * Math.log10(1 + hz / 700);
const toHz = (mel: number): number => 700 * (10 ** (mel / 2595) - 1);

/** Triangles over neighbouring mel points, each a weight per bin. */
const FILTERS: readonly Float32Array[] = Array.from({ length: BANDS }, (_, band) => {
  const edge = (index: number): number =>
    toHz(toMel(LOWEST_HZ) + ((toMel(HIGHEST_HZ) - toMel(LOWEST_HZ)) * index) / (BANDS + 1));
  const [low, centre, high] = [edge(band), edge(band + 1), edge(band + 2)];
  return Float32Array.from({ length: WINDOW / 2 + 1 }, (_, bin) => {
    const hz = (bin * SAMPLE_RATE) / WINDOW;
    return Math.max(0, Math.min((hz - low) / (centre - low), (high - hz) / (high - centre)));
  });
});
