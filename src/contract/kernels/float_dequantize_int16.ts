import type { Workgroups } from '../dispatch';
import { linearWorkgroups } from '../dispatch';
import { kernelContract } from '../kernel-contract';
import { struct } from '../struct-layout';

export const floatDequantizeInt16Params = struct('FloatDequantizeInt16Params', {
  elements: 'u32',
  scale: 'f32',
});

export const contract = kernelContract({
  kernel: 'float_dequantize_int16',
  bindings: [
    { name: 'params', access: 'uniform', type: 'FloatDequantizeInt16Params' },
    { name: 'source', access: 'read', type: 'array<i32>' },
    { name: 'destination', access: 'read_write', type: 'array<f32>' },
  ],
  overrides: {},
  constants: ['WORKGROUP'],
  params: floatDequantizeInt16Params,
});

/** One invocation per element. */
export function workgroups(elements: number, workgroup: number): Workgroups {
  return linearWorkgroups(Math.ceil(elements / workgroup));
}
