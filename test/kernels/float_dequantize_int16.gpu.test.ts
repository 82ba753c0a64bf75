import { expect, it } from 'vitest';
import {
  contract,
  floatDequantizeInt16Params,
  workgroups,
} from '../../src/contract/kernels/float_dequantize_int16';
import { packStruct } from '../../src/contract/struct-layout';
import { floatDequantizeInt16 } from '../../src/reference/float_dequantize_int16';
import { describeOnGpu } from '../support/driver';
import { floatsOf } from '../support/float-values';
import { runKernel } from '../support/run-kernel';

describeOnGpu('float_dequantize_int16.wgsl', (device) => {
  it.each([2 ** -15, 0.05, 1 / 3])('equals the twin for all int16 at %d', async (real) => {
    const scale = Math.fround(real);
    const values = Int16Array.from({ length: 65536 }, (_, index) => index - 32768);
    const expected = new Float32Array(values.length);
    floatDequantizeInt16(scale, values, expected);
    const { destination } = await runKernel(device(), {
      contract,
      constants: { WORKGROUP: 64 },
      buffers: {
        params: packStruct(floatDequantizeInt16Params, { elements: values.length, scale }),
        source: new Uint32Array(Int32Array.from(values).buffer),
        destination: new Uint32Array(values.length),
      },
      workgroups: workgroups(values.length, 64),
    });
    expect(floatsOf(destination!)).toEqual(expected);
  });
});
