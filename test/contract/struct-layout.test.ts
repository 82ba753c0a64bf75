import { describe, expect, expectTypeOf, it } from 'vitest';
import type { ParamsOf } from '../../src/contract/struct-layout';
import { array, packStruct, struct } from '../../src/contract/struct-layout';

const Gate = struct('Gate', { multiplier: 'i32', shift: 'i32' });
const Step = struct('Step', {
  rows: 'u32',
  inputElements: 'u32',
  stride: 'vec2<u32>',
  first: 'i32',
  bounds: 'vec4<i32>',
  last: 'u32',
  gates: array(Gate, 2),
  table: array('vec4<u32>', 2),
  single: Gate,
  end: 'u32',
});

const STEP: ParamsOf<typeof Step> = {
  rows: 1,
  inputElements: 2,
  stride: [3, 4],
  first: -5,
  bounds: [-6, 7, -8, 9],
  last: 0xffffffff,
  gates: [
    { multiplier: 10, shift: -11 },
    { multiplier: 12, shift: 13 },
  ],
  table: [
    [14, 15, 16, 17],
    [18, 19, 20, 21],
  ],
  single: { multiplier: 22, shift: 23 },
  end: 24,
};

describe('layout', () => {
  it('aligns vectors by their size, nested structs and arrays by 16 bytes', () => {
    const offsets = Step.members.map(({ wgslName, offsetBytes, sizeBytes }) => [
      wgslName,
      offsetBytes,
      sizeBytes,
    ]);
    expect(offsets).toEqual([
      ['rows', 0, 4],
      ['input_elements', 4, 4],
      ['stride', 8, 8],
      ['first', 16, 4],
      ['bounds', 32, 16],
      ['last', 48, 4],
      ['gates', 64, 32],
      ['table', 96, 32],
      ['single', 128, 16],
      ['end', 144, 4],
    ]);
    expect(Step.sizeBytes).toBe(160);
  });
});

describe('packStruct', () => {
  it('writes every value at its offset, little endian, and zeros between', () => {
    const words = [...new Int32Array(packStruct(Step, STEP))];
    // prettier-ignore
    expect(words).toEqual([
      1, 2, 3, 4,
      -5, 0, 0, 0,
      -6, 7, -8, 9,
      -1, 0, 0, 0,
      10, -11, 0, 0,
      12, 13, 0, 0,
      14, 15, 16, 17,
      18, 19, 20, 21,
      22, 23, 0, 0,
      24, 0, 0, 0,
    ]);
    expect(new Uint8Array(packStruct(Step, { ...STEP, rows: 0x04030201 })).subarray(0, 4)).toEqual(
      Uint8Array.of(1, 2, 3, 4),
    );
  });

  it.each([
    [{ rows: -1 }, 'Step.rows is -1, expected an integer from 0 to 4294967295'],
    [{ rows: 2 ** 32 }, 'Step.rows is 4294967296, expected an integer from 0'],
    [{ rows: 1.5 }, 'Step.rows is 1.5, expected an integer'],
    [{ rows: Number.NaN }, 'Step.rows is NaN, expected an integer'],
    [{ first: 2 ** 31 }, 'Step.first is 2147483648, expected an integer from -2147483648 to 2147483647'],
    [{ bounds: [0, 0, -(2 ** 31) - 1, 0] as const }, 'Step.bounds[2] is -2147483649'],
    [{ gates: [{ multiplier: 0, shift: 0 }] }, 'Step.gates has 1 elements, expected 2'],
    [
      { gates: [Object.freeze({ multiplier: 0, shift: 0 }), { multiplier: 0, shift: 0.5 }] },
      'Step.gates[1].shift is 0.5',
    ],
  ])('refuses %j', (change, message) => {
    expect(() => packStruct(Step, { ...STEP, ...change })).toThrow(message);
  });

  it('takes the ends of each integer type', () => {
    const Ends = struct('Ends', { low: 'i32', high: 'i32', top: 'u32' });
    const words = new Uint32Array(packStruct(Ends, { low: -(2 ** 31), high: 2 ** 31 - 1, top: 2 ** 32 - 1 }));
    expect([...words]).toEqual([0x80000000, 0x7fffffff, 0xffffffff, 0]);
  });

  it('makes missing, unknown and mistyped members type errors, and errors', () => {
    // @ts-expect-error shift is missing
    expect(() => packStruct(Gate, { multiplier: 1 })).toThrow('Gate.shift is undefined, expected an integer');
    // @ts-expect-error there is no rounding
    expect(() => packStruct(Gate, { multiplier: 1, shift: 1, rounding: 1 })).toThrow(
      'Gate.rounding: struct Gate has no',
    );
    // @ts-expect-error a number is expected
    expect(() => packStruct(Gate, { multiplier: 1, shift: '1' })).toThrow('Gate.shift is 1');
    // @ts-expect-error four values are expected
    expect(() => packStruct(Step, { ...STEP, bounds: [1, 2, 3] })).toThrow(
      'Step.bounds has 3 elements, expected 4',
    );
    expectTypeOf<ParamsOf<typeof Gate>>().toEqualTypeOf<{
      readonly multiplier: number;
      readonly shift: number;
    }>();
    expectTypeOf<ParamsOf<typeof Step>['stride']>().toEqualTypeOf<readonly [number, number]>();
  });
});
