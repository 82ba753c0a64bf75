import { expect, it } from 'vitest';
import { at } from '../../src/errors';
import { randomInput, randomModel } from '../../src/bench/random-model';
import { customShape, macsOf, SHAPES, weightBytesOf } from '../../src/bench/shapes';

const macs = (name: string): number => macsOf(SHAPES.find((shape) => shape.name === name)!);

it('counts the multiply-accumulates of a call', () => {
  expect(macs('S1')).toBe(100 * 4 * 128 * (257 + 128));
  expect(macs('S7')).toBe(256 * 2 * 4 * 128 * (128 + 128));
  // Coupled gates leave three, and a projection adds one product.
  expect(macs('S8')).toBe(50 * 8 * (3 * 2048 * (640 + 640) + 2048 * 640));
});

it.each(SHAPES.map((shape) => [shape.name, shape] as const))(
  'makes a model of %s with as many weights as it counts',
  (_, shape) => {
    const { tensors } = randomModel(shape, 1);
    const weights = tensors.filter(({ dtype, data }) => dtype === 'int8' && data !== null);
    expect(weights.reduce((sum, { data }) => sum + (data?.length ?? 0), 0)).toBe(weightBytesOf(shape));
  },
);

it('makes equal models and inputs of equal seeds, and others of others', () => {
  const shape = customShape('5x6x7x2')!;
  expect(randomModel(shape, 3)).toEqual(randomModel(shape, 3));
  expect(randomInput(shape, 3)).toEqual(randomInput(shape, 3));
  expect(randomInput(shape, 3)).not.toEqual(randomInput(shape, 4));
});

it('reads sizes as users write them', () => {
  const shape = customShape('64x32x10x2')!;
  expect([shape.inputElements, at(shape.layers, 0).units, shape.timesteps, shape.batch]).toEqual([
    64, 32, 10, 2,
  ]);
  for (const text of ['', 'S9', '1x2x3', '0x1x1x1', '1x2x3x4x5', '1x2x-3x4'])
    expect(customShape(text)).toBeNull();
});
