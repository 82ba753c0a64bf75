import { SAMPLE_RATE } from '../../denoiser/frames';

/** Longer recordings would be taken at the cost of the page's memory. */
const LONGEST_SECONDS = 600;

/**
 * Decodes what the browser can: WAV, MP3, Ogg, FLAC, AAC and others, resampled to 16 kHz, its channels mixed into one.
 *
 * @throws Error if it is no sound that the browser can decode, or too long.
 */
export async function decodeSound(bytes: ArrayBuffer, name: string): Promise<Float32Array<ArrayBuffer>> {
  const context = new OfflineAudioContext(1, 1, SAMPLE_RATE);
  let sound: AudioBuffer;
  try {
    sound = await context.decodeAudioData(bytes);
  } catch (cause) {
    throw new Error(`${name} is no sound that this browser can decode; WAV always works`, { cause });
  }
  if (sound.duration > LONGEST_SECONDS) {
    throw new Error(
      `${name} is ${sound.duration.toFixed(0)} s long; at most ${LONGEST_SECONDS} s are taken here, cut it first`,
    );
  }
  const mono = new Float32Array(sound.length);
  for (let channel = 0; channel < sound.numberOfChannels; channel++) {
    for (const [index, sample] of sound.getChannelData(channel).entries()) {
      mono[index] = (mono[index] ?? 0) + sample / sound.numberOfChannels;
    }
  }
  return mono;
}
