import { expect, it } from 'vitest';
import { contract, gatherParams, paramsOf, workgroups } from '../../src/contract/kernels/gather';
import { packRows, rowWords } from '../../src/contract/packing';
import { packStruct } from '../../src/contract/struct-layout';
import { gather } from '../../src/reference/gather';
import { describeOnGpu } from '../support/driver';
import { Random } from '../support/random';
import { runKernel } from '../support/run-kernel';

describeOnGpu('gather.wgsl', (device) => {
  it.each([
    [1, 1, 1],
    [50, 13, 7],
    [3, 100, 32],
  ])('of %i table rows, %i rows of %i values', async (tableRows, rows, rowElements) => {
    const random = new Random(tableRows + rows + rowElements);
    const table = random.int8(tableRows * rowElements);
    const indices = Int32Array.from({ length: rows }, () => random.integer(0, tableRows - 1));
    const expected = new Int8Array(rows * rowElements);
    gather(table, rowElements, indices, expected);
    const packed = packRows(expected, rows, rowElements);
    const { destination } = await runKernel(device(), {
      contract,
      constants: { WORKGROUP: 64 },
      buffers: {
        params: packStruct(gatherParams, paramsOf(rows, rowWords(rowElements))),
        table: packRows(table, tableRows, rowElements),
        indices,
        destination: new Uint32Array(packed.length).fill(0xffffffff),
      },
      workgroups: workgroups(rows, rowWords(rowElements), 64),
    });
    expect(destination, `seed ${random.seed}`).toEqual(packed);
  });
});
