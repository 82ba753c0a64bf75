import FFT from 'fft.js';
import { at } from '../../src/errors';
import { addAt } from '../audio/signal';

/** Samples of a frame. */
export const FRAME = 512;
/** Samples from a frame to the next: every sample lies in four frames. */
export const HOP = 128;
/** Frequencies of a frame, from 0 to half the sample rate. */
export const BINS = FRAME / 2 + 1;

/** Samples added at either end, so that all samples of the signal lie in four frames. */
const MARGIN = FRAME - HOP;

/** How many frames a signal takes. */
export function framesOf(samples: number): number {
  return Math.ceil((samples + MARGIN) / HOP);
}

/** Cuts a signal into overlapping frames, `[frames, 512]`, with silence around it. */
export function cutIntoFrames(signal: Float32Array): Float32Array {
  const frames = framesOf(signal.length);
  const padded = new Float32Array((frames - 1) * HOP + FRAME);
  padded.set(signal, MARGIN);
  const data = new Float32Array(frames * FRAME);
  for (let frame = 0; frame < frames; frame++) {
    data.set(padded.subarray(frame * HOP, frame * HOP + FRAME), frame * FRAME);
  }
  return data;
}

/** Adds overlapping frames `[frames, 512]` up to a signal of that many samples; the counterpart of {@link cutIntoFrames}. */
export function overlapAdd(frames: Float32Array, samples: number): Float32Array {
  const count = frames.length / FRAME;
  const padded = new Float32Array((count - 1) * HOP + FRAME);
  for (let frame = 0; frame < count; frame++) {
    addAt(padded, frames.subarray(frame * FRAME, (frame + 1) * FRAME), frame * HOP);
  }
  return padded.slice(MARGIN, MARGIN + samples);
}

/** Spectra of frames: interleaved real and imaginary parts of 257 bins each, `[frames, 257, 2]`. */
export function spectraOf(frames: Float32Array): Float32Array {
  const count = frames.length / FRAME;
  const fft = new FFT(FRAME);
  const complex = fft.createComplexArray() as number[];
  const spectra = new Float32Array(count * BINS * 2);
  for (let frame = 0; frame < count; frame++) {
    fft.realTransform(complex, frames.subarray(frame * FRAME, (frame + 1) * FRAME));
    for (let part = 0; part < 2 * BINS; part++) spectra[frame * BINS * 2 + part] = at(complex, part);
  }
  return spectra;
}

/** Magnitudes of spectra, `[frames, 257]`. */
export function magnitudesOf(spectra: Float32Array): Float32Array {
  return Float32Array.from({ length: spectra.length / 2 }, (_, bin) =>
    Math.hypot(at(spectra, 2 * bin), at(spectra, 2 * bin + 1)),
  );
}

/** Frames, `[frames, 512]`, of spectra each of whose bins is multiplied by a factor: the phases stay. */
export function maskedFrames(spectra: Float32Array, mask: Float32Array): Float32Array {
  const count = mask.length / BINS;
  const fft = new FFT(FRAME);
  const masked = fft.createComplexArray() as number[];
  const complex = fft.createComplexArray() as number[];
  const frames = new Float32Array(count * FRAME);
  for (let frame = 0; frame < count; frame++) {
    for (let bin = 0; bin < BINS; bin++) {
      const index = frame * BINS + bin;
      masked[2 * bin] = at(spectra, 2 * index) * at(mask, index);
      masked[2 * bin + 1] = at(spectra, 2 * index + 1) * at(mask, index);
    }
    fft.completeSpectrum(masked);
    fft.inverseTransform(complex, masked);
    for (let sample = 0; sample < FRAME; sample++) frames[frame * FRAME + sample] = at(complex, 2 * sample);
  }
  return frames;
}
