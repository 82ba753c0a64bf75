import { joined } from '../../demo/src/denoiser/joined';
import { at } from '../../src/errors';
import type { FloatTensor } from '../../src/quantize';
import {
  BINS,
  cutIntoFrames,
  FRAME,
  framesOf,
  magnitudesOf,
  maskedFrames,
  overlapAdd,
  spectraOf,
} from './frames';

/** A part of a network over whole sequences, `[clips, frames, values]`, each from the reset state. */
export type SequenceFunction = (values: FloatTensor) => Float32Array | Promise<Float32Array>;

/** DTLN's two stages, however they are computed. */
export interface Stages {
  /** Magnitudes of spectra, `[clips, frames, 257]` -> the factor of each. */
  readonly spectralMask: SequenceFunction;
  /** Frames that the first stage has masked, `[clips, frames, 512]` -> frames that add up to the clean signal. */
  readonly refine: SequenceFunction;
}

/**
 * Takes the noise out of clips of equal length, all of them in one batch: frames -> spectra -> masked by stage 1 -> frames
 * -> stage 2 -> overlapping frames added up.
 *
 * @throws Error if the lengths differ.
 */
export async function denoise(
  { spectralMask, refine }: Stages,
  clips: readonly Float32Array[],
): Promise<Float32Array[]> {
  const { length } = at(clips, 0);
  if (clips.some((clip) => clip.length !== length)) throw new Error('the clips of a batch differ in length');
  const shape = [clips.length, framesOf(length)];
  const spectra = spectraOf(joined(clips.map(cutIntoFrames)));
  const mask = await spectralMask({ shape: [...shape, BINS], data: magnitudesOf(spectra) });
  const frames = await refine({ shape: [...shape, FRAME], data: maskedFrames(spectra, mask) });
  const perClip = frames.length / clips.length;
  return clips.map((_, clip) => overlapAdd(frames.subarray(clip * perClip, (clip + 1) * perClip), length));
}
