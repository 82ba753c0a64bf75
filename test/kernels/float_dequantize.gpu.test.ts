import { expect, it } from 'vitest';
import {
  contract,
  floatDequantizeParams,
  paramsOf,
  workgroups,
} from '../../src/contract/kernels/float_dequantize';
import { packRows } from '../../src/contract/packing';
import { packStruct } from '../../src/contract/struct-layout';
import { floatDequantize } from '../../src/reference/float_dequantize';
import { describeOnGpu } from '../support/driver';
import { floatsOf } from '../support/float-values';
import { Random } from '../support/random';
import { runKernel } from '../support/run-kernel';

describeOnGpu('float_dequantize.wgsl', (device) => {
  it.each([
    { rows: 1, rowElements: 1, scale: 1, zeroPoint: 0 },
    { rows: 3, rowElements: 257, scale: 0.05, zeroPoint: -13 },
    { rows: 1, rowElements: 256, scale: 1 / 3, zeroPoint: 127 },
    { rows: 100, rowElements: 5, scale: 0.0003, zeroPoint: -128 },
  ])('$rows rows of $rowElements at $scale, $zeroPoint', async ({ rows, rowElements, scale, zeroPoint }) => {
    const parameters = { scale: Math.fround(scale), zeroPoint };
    const random = new Random(rows + rowElements);
    const values = random.int8(rows * rowElements);
    if (values.length === 256) values.forEach((_, index) => (values[index] = index - 128));
    const expected = new Float32Array(values.length);
    floatDequantize(parameters, values, expected);
    const { destination } = await runKernel(device(), {
      contract,
      constants: { WORKGROUP: 64 },
      buffers: {
        params: packStruct(floatDequantizeParams, paramsOf(parameters, rows, rowElements)),
        source: packRows(values, rows, rowElements),
        destination: new Uint32Array(values.length).fill(0xffffffff),
      },
      workgroups: workgroups(rows, rowElements, 64),
    });
    expect(floatsOf(destination!), `seed ${random.seed}`).toEqual(expected);
  });
});
