import { expect, it } from 'vitest';
import { contract, logisticInt16Params, workgroups } from '../../src/contract/kernels/logistic_int16';
import { packStruct } from '../../src/contract/struct-layout';
import { logisticInt16 } from '../../src/reference/logistic_int16';
import { describeOnGpu } from '../support/driver';
import { runKernel } from '../support/run-kernel';

describeOnGpu('logistic_int16.wgsl', (device) => {
  it('equals the twin for all int16', async () => {
    const values = Int16Array.from({ length: 65536 }, (_, index) => index - 32768);
    const expected = new Int16Array(values.length);
    logisticInt16(values, expected);
    const { destination } = await runKernel(device(), {
      contract,
      constants: { WORKGROUP: 64 },
      buffers: {
        params: packStruct(logisticInt16Params, { elements: values.length }),
        source: new Uint32Array(Int32Array.from(values).buffer),
        destination: new Uint32Array(values.length),
      },
      workgroups: workgroups(values.length, 64),
    });
    const found = new Int32Array(destination!.buffer);
    // One by one: a difference of 65,536 values takes minutes to print.
    const differing = values.filter((_, index) => found[index] !== expected[index]);
    expect([...differing.subarray(0, 3)]).toEqual([]);
  });

  it('writes nothing past its elements', async () => {
    const { destination } = await runKernel(device(), {
      contract,
      constants: { WORKGROUP: 64 },
      buffers: {
        params: packStruct(logisticInt16Params, { elements: 5 }),
        source: new Uint32Array(64),
        destination: new Uint32Array(64).fill(77),
      },
      workgroups: workgroups(5, 64),
    });
    expect([...destination!.subarray(0, 6)]).toEqual([16384, 16384, 16384, 16384, 16384, 77]);
  });
});
