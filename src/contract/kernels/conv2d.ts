import { at } from '../../errors';
import { CHANNELS_PER_QUAD, paddedQuads } from '../channel-quads';
import { convolutionParams, outputPositions } from '../convolution-params';
import type { Workgroups } from '../dispatch';
import { linearWorkgroups } from '../dispatch';
import { kernelContract } from '../kernel-contract';
import type { ConvolutionLayout, ConvolutionParameters } from '../op-parameters';
import type { QuadMatrix } from '../packing';
import { packedQuadWords, packQuads, rowWords } from '../packing';

export const contract = kernelContract({
  kernel: 'conv2d',
  bindings: [
    { name: 'params', access: 'uniform', type: 'ConvolutionParams' },
    { name: 'weights', access: 'read', type: 'array<vec2<u32>>' },
    { name: 'channels', access: 'read', type: 'array<ChannelQuad>' },
    { name: 'tap_offsets', access: 'read', type: 'array<vec4<i32>>' },
    { name: 'activation', access: 'read', type: 'array<vec2<u32>>' },
    { name: 'output', access: 'read_write', type: 'array<u32>' },
  ],
  overrides: {},
  constants: ['ROWS', 'SLOTS', 'WORKGROUP'],
  params: convolutionParams,
});

/** Bytes of what `packWeights` returns. */
export function packedWeightBytes(parameters: ConvolutionParameters): number {
  return packedQuadWords(quadMatrix(parameters)) * Uint32Array.BYTES_PER_ELEMENT;
}

/** The filters as quads of neighbouring output channels: along the depth one padded input row per filter element. */
export function packWeights(parameters: ConvolutionParameters): Uint32Array<ArrayBuffer> {
  return packQuads(quadMatrix(parameters));
}

/** Bytes of what `packTapOffsets` returns. */
export function tapOffsetBytes({ outputs, filterHeight, filterWidth }: ConvolutionParameters): number {
  return paddedQuads(outputs) * filterHeight * filterWidth * CHANNELS_PER_QUAD * Int32Array.BYTES_PER_ELEMENT;
}

/**
 * What each element of the filter adds besides its inner product, `-z_x * sum of its weights`, so that elements outside
 * the image can be left out: `[padded quad][filter element][channel in quad]`.
 */
export function packTapOffsets(parameters: ConvolutionParameters): Int32Array<ArrayBuffer> {
  const { outputs, filterHeight, filterWidth, weights, inputZeroPoint } = parameters;
  const taps = filterHeight * filterWidth;
  const inputs = inputChannels(parameters);
  const packed = new Int32Array(tapOffsetBytes(parameters) / Int32Array.BYTES_PER_ELEMENT);
  for (let output = 0; output < outputs; output++) {
    for (let tap = 0; tap < taps; tap++) {
      let sum = 0;
      for (let channel = 0; channel < inputs; channel++) {
        sum += at(weights, (output * taps + tap) * inputs + channel);
      }
      const quad = Math.floor(output / CHANNELS_PER_QUAD);
      packed[(quad * taps + tap) * CHANNELS_PER_QUAD + (output % CHANNELS_PER_QUAD)] = -inputZeroPoint * sum;
    }
  }
  return packed;
}

/** Each workgroup takes `workgroup` neighbouring output words of `rows` positions per invocation. */
export function workgroups(
  { outputs }: ConvolutionParameters,
  layout: ConvolutionLayout,
  tile: { readonly rows: number; readonly workgroup: number },
): Workgroups {
  const [x, y] = linearWorkgroups(Math.ceil(outputPositions(layout) / tile.rows));
  return [Math.ceil(rowWords(outputs) / tile.workgroup), x, y];
}

function quadMatrix(parameters: ConvolutionParameters): QuadMatrix {
  const { outputs, filterHeight, filterWidth, weights } = parameters;
  const taps = filterHeight * filterWidth;
  const inputs = inputChannels(parameters);
  const rowBytes = rowWords(inputs) * Uint32Array.BYTES_PER_ELEMENT;
  return {
    quads: Math.ceil(outputs / CHANNELS_PER_QUAD),
    slots: CHANNELS_PER_QUAD,
    depth: taps * rowBytes,
    row: (quad, slot) => {
      const output = quad * CHANNELS_PER_QUAD + slot;
      if (output >= outputs) return null;
      const row = new Int8Array(taps * rowBytes);
      for (let tap = 0; tap < taps; tap++) {
        const start = (output * taps + tap) * inputs;
        row.set(weights.subarray(start, start + inputs), tap * rowBytes);
      }
      return row;
    },
  };
}

function inputChannels({ outputs, filterHeight, filterWidth, weights }: ConvolutionParameters): number {
  return weights.length / (outputs * filterHeight * filterWidth);
}
