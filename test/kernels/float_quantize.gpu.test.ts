import { expect, it } from 'vitest';
import {
  contract,
  floatQuantizeParams,
  paramsOf,
  workgroups,
} from '../../src/contract/kernels/float_quantize';
import { packRows } from '../../src/contract/packing';
import { packStruct } from '../../src/contract/struct-layout';
import { quantizationThresholds } from '../../src/lower/float-thresholds';
import { floatQuantize } from '../../src/reference/float_quantize';
import { describeOnGpu } from '../support/driver';
import { reals } from '../support/float-values';
import { Random } from '../support/random';
import { runKernel } from '../support/run-kernel';

describeOnGpu('float_quantize.wgsl', (device) => {
  it.each([
    { rows: 1, rowElements: 1, scale: 1, zeroPoint: 0 },
    { rows: 3, rowElements: 333, scale: 0.05, zeroPoint: -13 },
    { rows: 7, rowElements: 90, scale: 1 / 3, zeroPoint: 127 },
    { rows: 500, rowElements: 2, scale: 0.0003, zeroPoint: -128 },
  ])('$rows rows of $rowElements at $scale, $zeroPoint', async ({ rows, rowElements, scale, zeroPoint }) => {
    const random = new Random(rows + rowElements);
    const thresholds = quantizationThresholds(Math.fround(scale), zeroPoint);
    const values = reals(random, rows * rowElements, [-160 * scale, 160 * scale]);
    // The thresholds themselves, and their neighbours below.
    thresholds.forEach((threshold, index) => {
      if (2 * index + 1 >= values.length) return;
      values[2 * index] = threshold;
      values[2 * index + 1] = threshold - Math.abs(threshold) * 2 ** -24;
    });
    const expected = new Int8Array(values.length);
    floatQuantize({ thresholds }, values, expected);
    const packed = packRows(expected, rows, rowElements);
    const { destination } = await runKernel(device(), {
      contract,
      constants: { WORKGROUP: 64 },
      buffers: {
        params: packStruct(floatQuantizeParams, paramsOf({ thresholds }, rows, rowElements)),
        source: values,
        destination: new Uint32Array(packed.length).fill(0xffffffff),
      },
      workgroups: workgroups(rows, rowElements, 64),
    });
    expect(destination, `seed ${random.seed}`).toEqual(packed);
  });
});
