import { expect, test } from 'vitest';
import { quantize } from '../../../src/quantize';
import { lstmGraph, noise } from '../support/lstm-graph';

const variant = { layerNorm: false, projection: false, peephole: false, coupledInputForget: false };

/** Biases that open the input and forget gates and push the cell gate to 1: a cell that counts timesteps. */
const counter = lstmGraph({
  variant,
  batch: 1,
  steps: 1,
  inputs: 3,
  units: 4,
  projected: 2,
  values: (stream, count) => (stream % 10 === 2 ? new Float32Array(count).fill(20) : noise(stream, count)),
});
const samples = [{ calls: [[{ shape: [1, 100, 3], data: noise(100, 300) }]] }];

test('a cell that counts to 100 is refused by the plain recipe, and told how not to be', async () => {
  await expect(quantize(counter, samples)).rejects.toThrow(/^c: reaches 100, .* \(saturateCells\)/);
});

test('where cells may saturate it has the coarsest scale, 2^-9, and the others keep theirs', async () => {
  const { graph, ranges } = await quantize(counter, samples, { saturateCells: true });
  const cell = graph.tensors.find(({ name }) => name === 'c');
  expect(cell?.quantization?.scales).toEqual([2 ** -9]);
  expect(ranges.tensors['c']).toEqual({ min: expect.closeTo(1, 5) as number, max: 64 });

  const calm = lstmGraph({ variant, batch: 1, steps: 1, inputs: 3, units: 4, projected: 2, values: noise });
  const plain = await quantize(calm, samples);
  expect(await quantize(calm, samples, { saturateCells: true })).toMatchObject({
    graph: plain.graph,
    ranges: plain.ranges,
  });
});
