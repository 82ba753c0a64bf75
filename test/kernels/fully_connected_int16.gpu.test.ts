import { expect, it } from 'vitest';
import { quantizedMultiplier } from '../../src/arith';
import { packChannels } from '../../src/contract/channel-quads';
import { packWeights } from '../../src/contract/kernels/fully_connected';
import {
  contract,
  fullyConnectedInt16Params,
  paramsOf,
  workgroups,
} from '../../src/contract/kernels/fully_connected_int16';
import { packRows } from '../../src/contract/packing';
import { packStruct } from '../../src/contract/struct-layout';
import { fullyConnectedInt16 } from '../../src/reference/fully_connected_int16';
import { describeOnGpu } from '../support/driver';
import { Random } from '../support/random';
import { runKernel } from '../support/run-kernel';

describeOnGpu('fully_connected_int16.wgsl', (device) => {
  it.each([
    [1, 1, 1, 1],
    [1, 16, 4, 1],
    [3, 17, 5, 4],
    [8, 560, 10, 8],
    [5, 31, 33, 2],
    [2, 128, 257, 1],
    [9, 130, 64, 8],
  ])('%i rows of %i inputs to %i outputs, %i rows at a time', async (rows, inputs, outputs, tileRows) => {
    const random = new Random(2000 * rows + inputs + outputs);
    const parameters = {
      inputs,
      outputs,
      weights: random.int8(inputs * outputs),
      bias: Int32Array.from({ length: outputs }, () => random.integer(-(2 ** 20), 2 ** 20)),
      multipliers: Array.from({ length: outputs }, () =>
        quantizedMultiplier(random.integer(2 ** 30, 2 ** 31 - 1), random.integer(-10, 1)),
      ),
    };
    const input = random.int8(rows * inputs);
    const expected = new Int16Array(rows * outputs);
    fullyConnectedInt16(parameters, input, expected);
    if (outputs > 4) expect(expected.some((value) => value > -32768 && value < 32767)).toBe(true);
    for (const dot4 of ['packed', 'unpacked']) {
      const { output } = await runKernel(device(), {
        contract,
        constants: { ROWS: tileRows, SLOTS: 4, WORKGROUP: 8 },
        alternatives: { 'lib/dot4.wgsl': `lib/dot4_${dot4}.wgsl` },
        buffers: {
          params: packStruct(fullyConnectedInt16Params, paramsOf(parameters, rows)),
          weights: packWeights(parameters),
          channels: packChannels(parameters),
          activation: packRows(input, rows, inputs),
          output: new Uint32Array(rows * outputs).fill(0x7fffffff),
        },
        workgroups: workgroups(rows, outputs, { rows: tileRows, workgroup: 8 }),
      });
      expect([...new Int32Array(output!.buffer)], `seed ${random.seed}, ${dot4}`).toEqual([...expected]);
    }
  });
});
