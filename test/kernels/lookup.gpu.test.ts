import { expect, it } from 'vitest';
import { contract, lookupParams, paramsOf, workgroups } from '../../src/contract/kernels/lookup';
import { packRows } from '../../src/contract/packing';
import { packStruct } from '../../src/contract/struct-layout';
import { lookup } from '../../src/reference/lookup';
import { describeOnGpu } from '../support/driver';
import { Random } from '../support/random';
import { runKernel } from '../support/run-kernel';

describeOnGpu('lookup.wgsl', (device) => {
  it.each([
    [1, 1],
    [1, 256],
    [7, 15],
    [3, 16],
    [300, 17],
  ])('%i rows of %i values', async (rows, rowElements) => {
    const random = new Random(rows * 31 + rowElements);
    const parameters = { table: random.int8(256) };
    const input = random.int8(rows * rowElements);
    const expected = new Int8Array(input.length);
    lookup(parameters, input, expected);
    const source = packRows(input, rows, rowElements);
    const { destination } = await runKernel(device(), {
      contract,
      constants: { WORKGROUP: 64 },
      buffers: {
        params: packStruct(lookupParams, paramsOf(parameters, rows, rowElements)),
        source,
        destination: new Uint32Array(source.length).fill(0xffffffff),
      },
      workgroups: workgroups(rows, rowElements, 64),
    });
    expect(destination, `seed ${random.seed}`).toEqual(packRows(expected, rows, rowElements));
  });
});
