import { expect, it } from 'vitest';
import { contract, moveParams, paramsOf, workgroups } from '../../src/contract/kernels/move';
import type { MoveParameters } from '../../src/contract/op-parameters';
import { packRows } from '../../src/contract/packing';
import { packStruct } from '../../src/contract/struct-layout';
import { move } from '../../src/reference/move';
import { describeOnGpu } from '../support/driver';
import { Random } from '../support/random';
import { runKernel } from '../support/run-kernel';

interface Tensors {
  readonly parameters: MoveParameters;
  readonly sourceElements: number;
  readonly destinationElements: number;
}

function reshape(rows: number, from: number, to: number): Tensors {
  const columns = to;
  const boxRows = (rows * from) / to;
  const strides = [0, 0, 0, columns, 1] as const;
  return {
    parameters: {
      sizes: [1, 1, 1, boxRows, columns],
      destinationRowElements: to,
      destinationStart: 0,
      destinationStrides: strides,
      sourceRowElements: from,
      sourceStart: 0,
      sourceStrides: strides,
      fill: null,
    },
    sourceElements: rows * from,
    destinationElements: rows * from,
  };
}

/** The source's dimensions in another order, so that its columns become rows. */
function transpose(columns: number, rows: number): Tensors {
  return {
    parameters: {
      sizes: [2, 1, 3, columns, rows],
      destinationRowElements: rows,
      destinationStart: 0,
      destinationStrides: [3 * rows * columns, 0, rows * columns, rows, 1],
      sourceRowElements: columns,
      sourceStart: 0,
      sourceStrides: [rows * columns, 0, 2 * rows * columns, 1, columns],
      fill: null,
    },
    sourceElements: 6 * rows * columns,
    destinationElements: 6 * rows * columns,
  };
}

/** Columns `start` to `start + count` of wider rows, from a source that is read backwards. */
function reversedPart(rowElements: number, start: number, count: number): Tensors {
  const rows = 7;
  return {
    parameters: {
      sizes: [1, 1, 1, rows, count],
      destinationRowElements: rowElements,
      destinationStart: start,
      destinationStrides: [0, 0, 0, rowElements, 1],
      sourceRowElements: count,
      sourceStart: rows * count - 1,
      sourceStrides: [0, 0, 0, -count, -1],
      fill: null,
    },
    sourceElements: rows * count,
    destinationElements: rows * rowElements,
  };
}

function filled({ parameters, ...rest }: Tensors, fill: number): Tensors {
  return { ...rest, parameters: { ...parameters, fill } };
}

describeOnGpu('move.wgsl', (device) => {
  it.each<[string, Tensors, number?]>([
    ['rows flattened', reshape(28, 20, 560)],
    ['rows split', reshape(2, 63, 7)],
    ['odd rows to odd rows', reshape(15, 14, 21)],
    ['columns to rows', transpose(5, 17)],
    ['columns to single rows', transpose(33, 1)],
    ['the first columns, reversed', reversedPart(37, 0, 6)],
    ['columns inside one word, reversed', reversedPart(37, 5, 2)],
    ['the last columns, reversed', reversedPart(37, 20, 17)],
    ['a fill of the middle columns', filled(reversedPart(37, 7, 20), -7)],
    ['more words than one row of the dispatch grid', reshape(20_001, 4, 2), 1],
  ])('%s', async (_, { parameters, sourceElements, destinationElements }, workgroup = 64) => {
    const random = new Random(sourceElements);
    const values = random.int8(sourceElements);
    const expected = random.int8(destinationElements);
    const rows = destinationElements / parameters.destinationRowElements;
    const before = packRows(expected, rows, parameters.destinationRowElements);
    move(parameters, values, expected);
    const { destination } = await runKernel(device(), {
      contract,
      constants: { WORKGROUP: workgroup },
      buffers: {
        params: packStruct(moveParams, paramsOf(parameters)),
        source: packRows(values, sourceElements / parameters.sourceRowElements, parameters.sourceRowElements),
        destination: before,
      },
      workgroups: workgroups(parameters, workgroup),
    });
    const wanted = packRows(expected, rows, parameters.destinationRowElements);
    expect(
      Buffer.compare(Buffer.from(destination!.buffer), Buffer.from(wanted.buffer)),
      `seed ${random.seed}`,
    ).toBe(0);
  });

  it('clears the padding of the rows that it finishes', async () => {
    const { parameters } = reversedPart(6, 2, 4);
    const { destination } = await runKernel(device(), {
      contract,
      constants: { WORKGROUP: 64 },
      buffers: {
        params: packStruct(moveParams, paramsOf(parameters)),
        source: packRows(new Int8Array(28).fill(1), 7, 4),
        destination: new Uint32Array(28).fill(0xffffffff),
      },
      workgroups: workgroups(parameters, 64),
    });
    expect([...destination!.subarray(0, 4)]).toEqual([0x0101ffff, 0x00000101, 0, 0]);
  });
});
