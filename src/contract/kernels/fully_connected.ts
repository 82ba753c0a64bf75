import { at } from '../../errors';
import type { Workgroups } from '../dispatch';
import { linearWorkgroups } from '../dispatch';
import { kernelContract } from '../kernel-contract';
import type { FullyConnectedParameters } from '../op-parameters';
import { depthBlocks, packQuads, QUADS_PER_TILE, rowWords } from '../packing';
import type { ParamsOf } from '../struct-layout';
import { roundUp, struct } from '../struct-layout';

export const fullyConnectedParams = struct('FullyConnectedParams', {
  rows: 'u32',
  outputs: 'u32',
  inputBlocks: 'u32',
  outputWords: 'u32',
  outputZeroPoint: 'i32',
  outputMin: 'i32',
  outputMax: 'i32',
});

export const contract = kernelContract({
  kernel: 'fully_connected',
  bindings: [
    { name: 'params', access: 'uniform', type: 'FullyConnectedParams' },
    { name: 'weights', access: 'read', type: 'array<vec2<u32>>' },
    { name: 'channels', access: 'read', type: 'array<ChannelQuad>' },
    { name: 'activation', access: 'read', type: 'array<vec2<u32>>' },
    { name: 'output', access: 'read_write', type: 'array<u32>' },
  ],
  overrides: {},
  constants: ['ROWS', 'SLOTS', 'WORKGROUP'],
  params: fullyConnectedParams,
});

/** Output channels of a quad, each one word of the output. */
export const CHANNELS_PER_QUAD = 4;

export function paramsOf(
  { inputs, outputs, outputZeroPoint, outputRange }: FullyConnectedParameters,
  rows: number,
): ParamsOf<typeof fullyConnectedParams> {
  return {
    rows,
    outputs,
    inputBlocks: depthBlocks(inputs),
    outputWords: rowWords(outputs),
    outputZeroPoint,
    outputMin: outputRange.min,
    outputMax: outputRange.max,
  };
}

/** The weight matrix as quads of neighbouring output channels. */
export function packWeights({
  inputs,
  outputs,
  weights,
}: FullyConnectedParameters): Uint32Array<ArrayBuffer> {
  return packQuads({
    quads: Math.ceil(outputs / CHANNELS_PER_QUAD),
    slots: CHANNELS_PER_QUAD,
    depth: inputs,
    row: (quad, slot) => {
      const output = quad * CHANNELS_PER_QUAD + slot;
      return output < outputs ? weights.subarray(output * inputs, (output + 1) * inputs) : null;
    },
  });
}

/** `ChannelQuad` records, `[padded quad][bias, multiplier, shift][channel in quad]`; zeros past the last channel. */
export function packChannels({
  outputs,
  bias,
  multipliers,
}: Pick<FullyConnectedParameters, 'outputs' | 'bias' | 'multipliers'>): Int32Array<ArrayBuffer> {
  const quads = roundUp(Math.ceil(outputs / CHANNELS_PER_QUAD), QUADS_PER_TILE);
  const packed = new Int32Array(quads * 3 * CHANNELS_PER_QUAD);
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

/** Each workgroup takes `workgroup` neighbouring output words of `rowsPerInvocation` rows. */
export function workgroups(
  rows: number,
  outputs: number,
  tile: { rows: number; workgroup: number },
): Workgroups {
  const [x, y] = linearWorkgroups(Math.ceil(rows / tile.rows));
  return [Math.ceil(rowWords(outputs) / tile.workgroup), x, y];
}
