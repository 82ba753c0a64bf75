import { at } from '../../errors';
import type { Workgroups } from '../dispatch';
import { linearWorkgroups } from '../dispatch';
import { kernelContract } from '../kernel-contract';
import type { MoveParameters } from '../op-parameters';
import { rowWords } from '../packing';
import type { ParamsOf } from '../struct-layout';
import { struct } from '../struct-layout';

export const moveParams = struct('MoveParams', {
  /** Sizes and strides of the box's first four dimensions. */
  sizes: 'vec4<u32>',
  destinationStrides: 'vec4<i32>',
  sourceStrides: 'vec4<i32>',
  /** Boxes of the first four dimensions times words of each. */
  words: 'u32',
  boxWords: 'u32',
  firstWord: 'u32',
  firstColumn: 'u32',
  columns: 'u32',
  destinationStart: 'i32',
  destinationRowElements: 'u32',
  destinationRowWords: 'u32',
  sourceStart: 'i32',
  sourceColumnStride: 'i32',
  sourceRowElements: 'u32',
  sourceRowWords: 'u32',
  fills: 'u32',
  fill: 'i32',
});

export const contract = kernelContract({
  kernel: 'move',
  bindings: [
    { name: 'params', access: 'uniform', type: 'MoveParams' },
    { name: 'source', access: 'read', type: 'array<u32>' },
    { name: 'destination', access: 'read_write', type: 'array<u32>' },
  ],
  overrides: {},
  constants: ['WORKGROUP'],
  params: moveParams,
});

/** Words that a box covers along the destination's rows; up to the padding's end where the box reaches the row's. */
function coveredWords(parameters: MoveParameters): {
  firstWord: number;
  firstColumn: number;
  boxWords: number;
} {
  const { sizes, destinationRowElements, destinationStart } = parameters;
  const firstColumn = destinationStart % destinationRowElements;
  const endColumn = firstColumn + at(sizes, 4);
  const firstWord = Math.floor(firstColumn / 4);
  const endWord =
    endColumn === destinationRowElements ? rowWords(destinationRowElements) : Math.ceil(endColumn / 4);
  return { firstWord, firstColumn, boxWords: endWord - firstWord };
}

function boxes({ sizes: [n0, n1, n2, n3] }: MoveParameters): number {
  return n0 * n1 * n2 * n3;
}

export function paramsOf(parameters: MoveParameters): ParamsOf<typeof moveParams> {
  const { firstWord, firstColumn, boxWords } = coveredWords(parameters);
  const [n0, n1, n2, n3, columns] = parameters.sizes;
  const [d0, d1, d2, d3] = parameters.destinationStrides;
  const [s0, s1, s2, s3, sourceColumnStride] = parameters.sourceStrides;
  return {
    sizes: [n0, n1, n2, n3],
    destinationStrides: [d0, d1, d2, d3],
    sourceStrides: [s0, s1, s2, s3],
    words: boxes(parameters) * boxWords,
    boxWords,
    firstWord,
    firstColumn,
    columns,
    destinationStart: parameters.destinationStart,
    destinationRowElements: parameters.destinationRowElements,
    destinationRowWords: rowWords(parameters.destinationRowElements),
    sourceStart: parameters.sourceStart,
    sourceColumnStride,
    sourceRowElements: parameters.sourceRowElements,
    sourceRowWords: rowWords(parameters.sourceRowElements),
    fills: parameters.fill === null ? 0 : 1,
    fill: parameters.fill ?? 0,
  };
}

/** One invocation per destination word. */
export function workgroups(parameters: MoveParameters, workgroup: number): Workgroups {
  return linearWorkgroups(Math.ceil((boxes(parameters) * coveredWords(parameters).boxWords) / workgroup));
}
