import { writeLogPowers } from '../../demo/src/denoiser/features';
import { BINS, HOP } from '../../demo/src/denoiser/frames';
import { paddedToHops, SpectralMask, withoutDelay } from '../../demo/src/denoiser/spectral-mask';
import type { MaskNetwork } from '../../demo/src/denoiser/spectral-mask';
import { Analyzer } from '../../demo/src/denoiser/spectral-stream';
import type { FloatTensor } from '../../src/quantize';

/** Denoises clips one after the other, as the demo page does, each from the reset state. */
export async function denoiseClips(
  clips: readonly Float32Array[],
  freshNetwork: () => MaskNetwork,
): Promise<Float32Array[]> {
  const outputs: Float32Array[] = [];
  for (const clip of clips) {
    const denoised = await new SpectralMask(freshNetwork()).push(paddedToHops(clip));
    outputs.push(withoutDelay(denoised, clip.length));
  }
  return outputs;
}

/** What the network reads of a clip, `[1, frames, 257]`: calibration data. */
export function featuresOf(clip: Float32Array): FloatTensor {
  const analyzer = new Analyzer();
  const frames = Math.floor(clip.length / HOP);
  const data = new Float32Array(frames * BINS);
  for (let frame = 0; frame < frames; frame++) {
    const spectrum = analyzer.push(clip.subarray(frame * HOP, (frame + 1) * HOP));
    writeLogPowers(spectrum, data.subarray(frame * BINS, (frame + 1) * BINS));
  }
  return { shape: [1, frames, BINS], data };
}
