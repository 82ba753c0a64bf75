import type { QuantizedMultiplier } from '../arith';
import { at } from '../errors';
import { QUADS_PER_TILE } from './packing';
import { roundUp } from './struct-layout';

/** Output channels of a quad; their int8 values are one word. */
export const CHANNELS_PER_QUAD = 4;

/** What a layer with weights does with the accumulators of its output channels. */
export interface ChannelRequantization {
  readonly outputs: number;
  /** Added to the accumulator, `[outputs]`. */
  readonly bias: Int32Array;
  /** `[outputs]` */
  readonly multipliers: readonly QuantizedMultiplier[];
}

/** Bytes of what `packChannels` returns. */
export function channelQuadBytes(outputs: number): number {
  return paddedQuads(outputs) * 3 * CHANNELS_PER_QUAD * Int32Array.BYTES_PER_ELEMENT;
}

/** `ChannelQuad` records, `[padded quad][bias, multiplier, shift][channel in quad]`; zeros past the last channel. */
export function packChannels({ outputs, bias, multipliers }: ChannelRequantization): Int32Array<ArrayBuffer> {
  const packed = new Int32Array(paddedQuads(outputs) * 3 * CHANNELS_PER_QUAD);
  for (let output = 0; output < outputs; output++) {
    const start =
      Math.floor(output / CHANNELS_PER_QUAD) * 3 * CHANNELS_PER_QUAD + (output % CHANNELS_PER_QUAD);
    const { multiplier, shift } = at(multipliers, output);
    packed[start] = at(bias, output);
    packed[start + CHANNELS_PER_QUAD] = multiplier;
    packed[start + 2 * CHANNELS_PER_QUAD] = shift;
  }
  return packed;
}

/** Quads of a layer's output channels, rounded up as `packQuads` rounds them. */
export function paddedQuads(outputs: number): number {
  return roundUp(Math.ceil(outputs / CHANNELS_PER_QUAD), QUADS_PER_TILE);
}
