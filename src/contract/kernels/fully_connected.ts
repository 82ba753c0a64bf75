import { CHANNELS_PER_QUAD } from '../channel-quads';
import type { Workgroups } from '../dispatch';
import { linearWorkgroups } from '../dispatch';
import { kernelContract } from '../kernel-contract';
import type { DenseParameters, FullyConnectedParameters } from '../op-parameters';
import { depthBlocks, packQuads, rowWords } from '../packing';
import type { ParamsOf } from '../struct-layout';
import { struct } from '../struct-layout';

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
export function packWeights({ inputs, outputs, weights }: DenseParameters): Uint32Array<ArrayBuffer> {
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

/** Each workgroup takes `workgroup` neighbouring output words of `rowsPerInvocation` rows. */
export function workgroups(
  rows: number,
  outputs: number,
  tile: { rows: number; workgroup: number },
): Workgroups {
  const [x, y] = linearWorkgroups(Math.ceil(rows / tile.rows));
  return [Math.ceil(rowWords(outputs) / tile.workgroup), x, y];
}
