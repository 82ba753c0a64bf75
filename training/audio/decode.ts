import wavefile from 'wavefile';
import { SAMPLE_RATE } from './signal';

const INT16_REACH = 32_768;

/** Mono WAV of any rate as samples from -1 to 1 at {@link SAMPLE_RATE}. */
export function decodeWav(bytes: Uint8Array): Float32Array {
  const wav = new wavefile.WaveFile(bytes);
  wav.toBitDepth('16');
  wav.toSampleRate(SAMPLE_RATE, { method: 'sinc' });
  return Float32Array.from(wav.getSamples(true, Int16Array), (sample) => sample / INT16_REACH);
}

/** Headerless little-endian int16 at {@link SAMPLE_RATE}, as samples from -1 to 1. */
export function decodeRaw(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from(
    { length: bytes.length / 2 },
    (_, index) => view.getInt16(2 * index, true) / INT16_REACH,
  );
}
