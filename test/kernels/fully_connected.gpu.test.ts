import { expect, it } from 'vitest';
import { quantizedMultiplier } from '../../src/arith';
import { packChannels } from '../../src/contract/channel-quads';
import {
  contract,
  fullyConnectedParams,
  packWeights,
  paramsOf,
  workgroups,
} from '../../src/contract/kernels/fully_connected';
import type { FullyConnectedParameters } from '../../src/contract/op-parameters';
import { packRows, rowWords, unpackRows } from '../../src/contract/packing';
import { packStruct } from '../../src/contract/struct-layout';
import { fullyConnected } from '../../src/reference/fully_connected';
import { describeOnGpu } from '../support/driver';
import { Random } from '../support/random';
import { runKernel } from '../support/run-kernel';

function randomLayer(random: Random, inputs: number, outputs: number): FullyConnectedParameters {
  return {
    inputs,
    outputs,
    weights: random.int8(inputs * outputs),
    bias: Int32Array.from({ length: outputs }, () => random.integer(-(2 ** 20), 2 ** 20)),
    multipliers: Array.from({ length: outputs }, () =>
      quantizedMultiplier(random.integer(2 ** 30, 2 ** 31 - 1), random.integer(-18, 1)),
    ),
    outputZeroPoint: random.integer(-128, 127),
    outputRange: random.pick([
      { min: -128, max: 127 },
      { min: -20, max: 90 },
    ]),
  };
}

describeOnGpu('fully_connected.wgsl', (device) => {
  it.each([
    [1, 1, 1, 1],
    [1, 16, 4, 1],
    [3, 17, 5, 4],
    [8, 560, 10, 8],
    [5, 31, 33, 2],
    [2, 128, 257, 1],
    [9, 130, 64, 8],
    [1, 3920, 3, 1],
  ])('%i rows of %i inputs to %i outputs, %i rows at a time', async (rows, inputs, outputs, tileRows) => {
    const random = new Random(1000 * rows + inputs + outputs);
    const parameters = randomLayer(random, inputs, outputs);
    const input = random.int8(rows * inputs);
    const expected = new Int8Array(rows * outputs);
    fullyConnected(parameters, input, expected);
    for (const dot4 of ['packed', 'unpacked']) {
      const { output } = await runKernel(device(), {
        contract,
        constants: { ROWS: tileRows, SLOTS: 4, WORKGROUP: 8 },
        alternatives: { 'lib/dot4.wgsl': `lib/dot4_${dot4}.wgsl` },
        buffers: {
          params: packStruct(fullyConnectedParams, paramsOf(parameters, rows)),
          weights: packWeights(parameters),
          channels: packChannels(parameters),
          activation: packRows(input, rows, inputs),
          output: new Uint32Array(rows * rowWords(outputs)).fill(0xffffffff),
        },
        workgroups: workgroups(rows, outputs, { rows: tileRows, workgroup: 8 }),
      });
      expect(unpackRows(output!, rows, outputs), `seed ${random.seed}, ${dot4}`).toEqual(expected);
      expect(output, 'padding').toEqual(packRows(expected, rows, outputs));
    }
  });

  it('ignores what lies in the padding of its input rows', async () => {
    const random = new Random(5);
    const parameters = randomLayer(random, 5, 6);
    const input = random.int8(10);
    const expected = new Int8Array(12);
    fullyConnected(parameters, input, expected);
    const activation = packRows(input, 2, 5);
    for (const row of [0, 1]) {
      activation[4 * row + 1]! |= 0x7f7f7f00;
      activation.fill(0x80808080, 4 * row + 2, 4 * row + 4);
    }
    const { output } = await runKernel(device(), {
      contract,
      constants: { ROWS: 2, SLOTS: 4, WORKGROUP: 64 },
      buffers: {
        params: packStruct(fullyConnectedParams, paramsOf(parameters, 2)),
        weights: packWeights(parameters),
        channels: packChannels(parameters),
        activation,
        output: new Uint32Array(2 * rowWords(6)),
      },
      workgroups: workgroups(2, 6, { rows: 2, workgroup: 64 }),
    });
    expect(unpackRows(output!, 2, 6)).toEqual(expected);
  });
});
