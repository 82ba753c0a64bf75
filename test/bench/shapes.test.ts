import { expect, it } from 'vitest';
import { at, InputError } from '../../src/errors';
import { randomInput, randomModel } from '../../src/bench/random-model';
import { parseShape, macsOf, SHAPES, weightBytesOf } from '../../src/bench/shapes';

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
  const shape = parseShape('5,6,7,2');
  expect(randomModel(shape, 3)).toEqual(randomModel(shape, 3));
  expect(randomInput(shape, 3)).toEqual(randomInput(shape, 3));
  expect(randomInput(shape, 3)).not.toEqual(randomInput(shape, 4));
});

it('reads sizes as users write them', () => {
  const shape = parseShape('64,32,10,2');
  expect([shape.inputElements, at(shape.layers, 0).units, shape.timesteps, shape.batch]).toEqual([
    64, 32, 10, 2,
  ]);
});

it('reads options of layers', () => {
  const { layers } = parseShape('64,32,10,2,ln,peep,cifg,proj=24,layers=2');
  const variant = { layerNorm: true, peephole: true, coupledGates: true };
  expect(layers).toEqual([
    { units: 32, projection: 24, variant },
    { units: 32, projection: 24, variant },
  ]);
});

it.each([
  '',
  'S9',
  '1,2,3',
  '0,1,1,1',
  '1,2,3,4,5',
  '1,2,-3,4',
  '1,2,3,4,proj',
  '1,2,3,4,proj=0',
  '1,2,3,4,ln=1',
])('refuses "%s" as a shape', (text) => {
  expect(() => parseShape(text)).toThrow(InputError);
});
