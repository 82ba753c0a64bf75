import { at } from '../../errors';
import type { Workgroups } from '../dispatch';
import { linearWorkgroups } from '../dispatch';
import type { FloatDenseParameters } from '../float-op-parameters';
import { kernelContract } from '../kernel-contract';
import type { ParamsOf } from '../struct-layout';
import { struct } from '../struct-layout';

export const floatFullyConnectedParams = struct('FloatFullyConnectedParams', {
  /** Rows times outputs. */
  elements: 'u32',
  inputs: 'u32',
  outputs: 'u32',
  low: 'f32',
  high: 'f32',
});

export const contract = kernelContract({
  kernel: 'float_fully_connected',
  bindings: [
    { name: 'params', access: 'uniform', type: 'FloatFullyConnectedParams' },
    { name: 'weights', access: 'read', type: 'array<f32>' },
    { name: 'bias', access: 'read', type: 'array<f32>' },
    { name: 'source', access: 'read', type: 'array<f32>' },
    { name: 'destination', access: 'read_write', type: 'array<f32>' },
  ],
  overrides: {},
  constants: ['WORKGROUP'],
  params: floatFullyConnectedParams,
});

export function paramsOf(
  { inputs, outputs, range }: FloatDenseParameters,
  rows: number,
): ParamsOf<typeof floatFullyConnectedParams> {
  return { elements: rows * outputs, inputs, outputs, low: range.low, high: range.high };
}

/** The weights as `[inputs, outputs]`: neighbouring invocations compute neighbouring outputs. */
export function packWeights({ inputs, outputs, weights }: FloatDenseParameters): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: inputs * outputs }, (_, index) =>
    at(weights, (index % outputs) * inputs + Math.floor(index / outputs)),
  );
}

/** One invocation per element of the output. */
export function workgroups(rows: number, outputs: number, workgroup: number): Workgroups {
  return linearWorkgroups(Math.ceil((rows * outputs) / workgroup));
}
