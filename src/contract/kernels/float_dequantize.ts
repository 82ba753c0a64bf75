import type { Workgroups } from '../dispatch';
import { linearWorkgroups } from '../dispatch';
import type { FloatDequantizeParameters } from '../float-op-parameters';
import { kernelContract } from '../kernel-contract';
import { rowWords } from '../packing';
import type { ParamsOf } from '../struct-layout';
import { struct } from '../struct-layout';

export const floatDequantizeParams = struct('FloatDequantizeParams', {
  elements: 'u32',
  rowWords: 'u32',
  rowElements: 'u32',
  zeroPoint: 'i32',
  scale: 'f32',
});

export const contract = kernelContract({
  kernel: 'float_dequantize',
  bindings: [
    { name: 'params', access: 'uniform', type: 'FloatDequantizeParams' },
    { name: 'source', access: 'read', type: 'array<u32>' },
    { name: 'destination', access: 'read_write', type: 'array<f32>' },
  ],
  overrides: {},
  constants: ['WORKGROUP'],
  params: floatDequantizeParams,
});

export function paramsOf(
  { scale, zeroPoint }: FloatDequantizeParameters,
  rows: number,
  rowElements: number,
): ParamsOf<typeof floatDequantizeParams> {
  return { elements: rows * rowElements, rowWords: rowWords(rowElements), rowElements, zeroPoint, scale };
}

/** One invocation per element. */
export function workgroups(rows: number, rowElements: number, workgroup: number): Workgroups {
  return linearWorkgroups(Math.ceil((rows * rowElements) / workgroup));
}
