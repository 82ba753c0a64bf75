import type { Workgroups } from '../dispatch';
import { linearWorkgroups } from '../dispatch';
import { kernelContract } from '../kernel-contract';
import type { BinaryParameters, BoxSizes, BroadcastLayout } from '../op-parameters';
import { rowWords } from '../packing';
import type { ParamsOf } from '../struct-layout';
import { struct } from '../struct-layout';

export const binaryParams = struct('BinaryParams', {
  sizes: 'vec4<u32>',
  leftRowStrides: 'vec4<i32>',
  rightRowStrides: 'vec4<i32>',
  words: 'u32',
  rowWords: 'u32',
  rowElements: 'u32',
  leftRowWords: 'u32',
  rightRowWords: 'u32',
  leftRepeats: 'u32',
  rightRepeats: 'u32',
  leftZeroPoint: 'i32',
  leftMultiplier: 'i32',
  leftShift: 'i32',
  rightZeroPoint: 'i32',
  rightMultiplier: 'i32',
  rightShift: 'i32',
  outputMultiplier: 'i32',
  outputShift: 'i32',
  outputZeroPoint: 'i32',
  outputMin: 'i32',
  outputMax: 'i32',
});

export const contract = kernelContract({
  kernel: 'binary',
  bindings: [
    { name: 'params', access: 'uniform', type: 'BinaryParams' },
    { name: 'left', access: 'read', type: 'array<u32>' },
    { name: 'right', access: 'read', type: 'array<u32>' },
    { name: 'destination', access: 'read_write', type: 'array<u32>' },
  ],
  overrides: { operation: 'u32' },
  constants: ['WORKGROUP'],
  params: binaryParams,
});

/** Values of the override `operation`. */
export const OPERATIONS = { add: 0, subtract: 1, multiply: 2 } as const;

export function paramsOf(
  parameters: BinaryParameters,
  layout: BroadcastLayout,
): ParamsOf<typeof binaryParams> {
  const [n0, n1, n2, n3, columns] = layout.sizes;
  const left = operandRows(layout.leftStrides, columns);
  const right = operandRows(layout.rightStrides, columns);
  const { leftMultiplier, rightMultiplier, outputMultiplier, outputRange } = parameters;
  return {
    sizes: [n0, n1, n2, n3],
    leftRowStrides: left.strides,
    rightRowStrides: right.strides,
    words: words(layout),
    rowWords: rowWords(columns),
    rowElements: columns,
    leftRowWords: left.rowWords,
    rightRowWords: right.rowWords,
    leftRepeats: left.repeats,
    rightRepeats: right.repeats,
    leftZeroPoint: parameters.leftZeroPoint,
    leftMultiplier: leftMultiplier.multiplier,
    leftShift: leftMultiplier.shift,
    rightZeroPoint: parameters.rightZeroPoint,
    rightMultiplier: rightMultiplier.multiplier,
    rightShift: rightMultiplier.shift,
    outputMultiplier: outputMultiplier.multiplier,
    outputShift: outputMultiplier.shift,
    outputZeroPoint: parameters.outputZeroPoint,
    outputMin: outputRange.min,
    outputMax: outputRange.max,
  };
}

/** One invocation per word of the output. */
export function workgroups(layout: BroadcastLayout, workgroup: number): Workgroups {
  return linearWorkgroups(Math.ceil(words(layout) / workgroup));
}

function words({ sizes: [n0, n1, n2, n3, columns] }: BroadcastLayout): number {
  return n0 * n1 * n2 * n3 * rowWords(columns);
}

/** An operand's rows: as long as the output's, or of one value that repeats. */
function operandRows(
  [s0, s1, s2, s3, columnStride]: BoxSizes,
  columns: number,
): { strides: readonly [number, number, number, number]; rowWords: number; repeats: 0 | 1 } {
  const rowElements = columnStride === 0 ? 1 : columns;
  return {
    strides: [s0 / rowElements, s1 / rowElements, s2 / rowElements, s3 / rowElements],
    rowWords: rowWords(rowElements),
    repeats: columnStride === 0 ? 1 : 0,
  };
}
