import { convolutionParams, outputPositions } from '../convolution-params';
import type { Workgroups } from '../dispatch';
import { linearWorkgroups } from '../dispatch';
import { kernelContract } from '../kernel-contract';
import type { ConvolutionLayout, ConvolutionParameters } from '../op-parameters';
import { packRows, rowWords } from '../packing';

export const contract = kernelContract({
  kernel: 'depthwise_conv2d',
  bindings: [
    { name: 'params', access: 'uniform', type: 'ConvolutionParams' },
    { name: 'weights', access: 'read', type: 'array<u32>' },
    { name: 'channels', access: 'read', type: 'array<ChannelQuad>' },
    { name: 'activation', access: 'read', type: 'array<u32>' },
    { name: 'output', access: 'read_write', type: 'array<u32>' },
  ],
  overrides: {},
  constants: ['WORKGROUP'],
  params: convolutionParams,
});

/** Bytes of what `packWeights` returns. */
export function packedWeightBytes({ filterHeight, filterWidth, outputs }: ConvolutionParameters): number {
  return filterHeight * filterWidth * rowWords(outputs) * Uint32Array.BYTES_PER_ELEMENT;
}

/** `[filter element][output words]`, rows as activations have them. */
export function packWeights(parameters: ConvolutionParameters): Uint32Array<ArrayBuffer> {
  const { filterHeight, filterWidth, outputs, weights } = parameters;
  return packRows(weights, filterHeight * filterWidth, outputs);
}

/** One invocation per output word. */
export function workgroups(
  { outputs }: ConvolutionParameters,
  layout: ConvolutionLayout,
  workgroup: number,
): Workgroups {
  return linearWorkgroups(Math.ceil((outputPositions(layout) * rowWords(outputs)) / workgroup));
}
