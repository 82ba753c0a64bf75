import { at } from '../errors';
import type { Quantization } from '../model';
import { largestMagnitude, quantizeToInt8 } from './integer-constants';
import { nonzeroMagnitude, perTensor } from './resolve';
import { symmetric } from './scale';

/** Where the weights of each channel lie in a tensor. */
export interface ChannelLayout {
  readonly channels: number;
  /** Weights per channel. */
  readonly depth: number;
  /** Position of the n-th weight of a channel. */
  readonly position: (channel: number, n: number) => number;
}

/** Channels along the first dimension, one after the other, or along the last, interleaved. */
export function channelLayout(shape: readonly number[], axis: 0 | 3): ChannelLayout {
  const channels = at(shape, axis);
  const elements = shape.reduce((product, size) => product * size, 1);
  const depth = elements / channels;
  return {
    channels,
    depth,
    position: axis === 0 ? (channel, n) => channel * depth + n : (channel, n) => n * channels + channel,
  };
}

/** Weights channel by channel, `[channels, depth]` row-major. */
export function byChannel<T extends Float32Array | Int8Array>(values: T, layout: ChannelLayout): T {
  const { channels, depth, position } = layout;
  const sorted = values.slice() as T;
  for (let channel = 0; channel < channels; channel++) {
    for (let n = 0; n < depth; n++) sorted[channel * depth + n] = at(values, position(channel, n));
  }
  return sorted;
}

/** Largest magnitude of each channel; a channel of zeros, which has none of its own, takes the whole tensor's. */
export function channelMagnitudes(name: string, values: Float32Array, layout: ChannelLayout): number[] {
  const whole = nonzeroMagnitude(name, values);
  const sorted = byChannel(values, layout);
  return Array.from({ length: layout.channels }, (_, channel) => {
    const part = sorted.subarray(channel * layout.depth, (channel + 1) * layout.depth);
    return largestMagnitude(part) || whole;
  });
}

/** int8 weights, nearest, with one scale per channel. */
export function quantizeChannels(
  values: Float32Array,
  magnitudes: readonly number[],
  layout: ChannelLayout,
): Int8Array {
  const weights = new Int8Array(values.length);
  const sorted = byChannel(values, layout);
  for (const [channel, magnitude] of magnitudes.entries()) {
    const part = sorted.subarray(channel * layout.depth, (channel + 1) * layout.depth);
    for (const [n, weight] of quantizeToInt8(part, magnitude).entries()) {
      weights[layout.position(channel, n)] = weight;
    }
  }
  return weights;
}

/** The quantization record of weights of these magnitudes; without an axis there is one. */
export function weightQuantization(
  name: string,
  magnitudes: readonly number[],
  axis: 0 | 3 | null,
): Quantization {
  const scales = magnitudes.map((magnitude) => symmetric(name, magnitude, 127).scale);
  if (axis === null) return perTensor({ scale: at(scales, 0), zeroPoint: 0 });
  return { scales, zeroPoints: scales.map(() => 0), axis };
}
