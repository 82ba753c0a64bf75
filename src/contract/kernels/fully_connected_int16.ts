import { CHANNELS_PER_QUAD } from '../channel-quads';
import type { Workgroups } from '../dispatch';
import { linearWorkgroups } from '../dispatch';
import { kernelContract } from '../kernel-contract';
import type { DenseParameters } from '../op-parameters';
import { depthBlocks } from '../packing';
import type { ParamsOf } from '../struct-layout';
import { struct } from '../struct-layout';

export const fullyConnectedInt16Params = struct('FullyConnectedInt16Params', {
  rows: 'u32',
  outputs: 'u32',
  inputBlocks: 'u32',
  quads: 'u32',
});

export const contract = kernelContract({
  kernel: 'fully_connected_int16',
  bindings: [
    { name: 'params', access: 'uniform', type: 'FullyConnectedInt16Params' },
    { name: 'weights', access: 'read', type: 'array<vec2<u32>>' },
    { name: 'channels', access: 'read', type: 'array<ChannelQuad>' },
    { name: 'activation', access: 'read', type: 'array<vec2<u32>>' },
    { name: 'output', access: 'read_write', type: 'array<i32>' },
  ],
  overrides: {},
  constants: ['ROWS', 'SLOTS', 'WORKGROUP'],
  params: fullyConnectedInt16Params,
});

export function paramsOf(
  { inputs, outputs }: DenseParameters,
  rows: number,
): ParamsOf<typeof fullyConnectedInt16Params> {
  return {
    rows,
    outputs,
    inputBlocks: depthBlocks(inputs),
    quads: Math.ceil(outputs / CHANNELS_PER_QUAD),
  };
}

/** Each workgroup takes `workgroup` neighbouring quads of output channels of `rowsPerInvocation` rows. */
export function workgroups(
  rows: number,
  outputs: number,
  tile: { rows: number; workgroup: number },
): Workgroups {
  const [x, y] = linearWorkgroups(Math.ceil(rows / tile.rows));
  return [Math.ceil(outputs / CHANNELS_PER_QUAD / tile.workgroup), x, y];
}
