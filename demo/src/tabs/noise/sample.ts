import cleanUrl from '../../../assets/noise/clean.wav?url';
import noisyUrl from '../../../assets/noise/noisy.wav?url';
import { decodeSound } from './audio-file';
import type { Sound } from './use-denoising';

/** The clip that comes with the page, made by `training/denoiser/write-sample.ts`; its clean speech is known. */
export async function loadSample(): Promise<Sound> {
  const [noisy, clean] = await Promise.all([noisyUrl, cleanUrl].map(load));
  if (noisy === undefined || clean === undefined) throw new TypeError('the sample has two files');
  return { name: 'the sample', noisy, clean };
}

async function load(url: string): Promise<Float32Array<ArrayBuffer>> {
  const response = await fetch(url);
  if (!response.ok)
    throw new Error(`the sample cannot be fetched: ${response.status} ${response.statusText}`);
  return decodeSound(await response.arrayBuffer(), 'the sample');
}
