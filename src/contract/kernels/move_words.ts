import type { Workgroups } from '../dispatch';
import { linearWorkgroups } from '../dispatch';
import { kernelContract } from '../kernel-contract';
import type { MoveParameters } from '../op-parameters';
import type { ParamsOf } from '../struct-layout';
import { struct } from '../struct-layout';

export const moveWordsParams = struct('MoveWordsParams', {
  /** Sizes and strides of the box's first four dimensions. */
  sizes: 'vec4<u32>',
  destinationStrides: 'vec4<i32>',
  sourceStrides: 'vec4<i32>',
  words: 'u32',
  columns: 'u32',
  destinationStart: 'i32',
  sourceStart: 'i32',
  sourceColumnStride: 'i32',
  fills: 'u32',
  fill: 'u32',
});

export const contract = kernelContract({
  kernel: 'move_words',
  bindings: [
    { name: 'params', access: 'uniform', type: 'MoveWordsParams' },
    { name: 'source', access: 'read', type: 'array<u32>' },
    { name: 'destination', access: 'read_write', type: 'array<u32>' },
  ],
  overrides: {},
  constants: ['WORKGROUP'],
  params: moveWordsParams,
});

/** @param parameters with a float32 to fill with, if any */
export function paramsOf(parameters: MoveParameters): ParamsOf<typeof moveWordsParams> {
  const [n0, n1, n2, n3, columns] = parameters.sizes;
  const [d0, d1, d2, d3] = parameters.destinationStrides;
  const [s0, s1, s2, s3, sourceColumnStride] = parameters.sourceStrides;
  return {
    sizes: [n0, n1, n2, n3],
    destinationStrides: [d0, d1, d2, d3],
    sourceStrides: [s0, s1, s2, s3],
    words: words(parameters),
    columns,
    destinationStart: parameters.destinationStart,
    sourceStart: parameters.sourceStart,
    sourceColumnStride,
    fills: parameters.fill === null ? 0 : 1,
    fill: bitsOf(parameters.fill ?? 0),
  };
}

/** One invocation per element of the box. */
export function workgroups(parameters: MoveParameters, workgroup: number): Workgroups {
  return linearWorkgroups(Math.ceil(words(parameters) / workgroup));
}

function words({ sizes: [n0, n1, n2, n3, columns] }: MoveParameters): number {
  return n0 * n1 * n2 * n3 * columns;
}

function bitsOf(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return view.getUint32(0);
}
