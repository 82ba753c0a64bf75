import { expect, it } from 'vitest';
import type { FloatUnaryOperation, FloatUnaryParameters } from '../../src/contract/float-op-parameters';
import { LARGEST_FLOAT32 } from '../../src/contract/float-op-parameters';
import {
  contract,
  floatUnaryParams,
  OPERATIONS,
  paramsOf,
  workgroups,
} from '../../src/contract/kernels/float_unary';
import { packStruct } from '../../src/contract/struct-layout';
import type { LoweredFloat } from '../../src/lower/float';
import { floatUnary } from '../../src/reference/float_unary';
import { describeOnGpu } from '../support/driver';
import { expectWithin, floatsOf, reals } from '../support/float-values';
import { Random } from '../support/random';
import { runKernel } from '../support/run-kernel';

const UNBOUNDED = { low: -LARGEST_FLOAT32, high: LARGEST_FLOAT32 };

/** Where each function is looked at, besides around zero. */
const RANGES: Readonly<Record<FloatUnaryOperation, readonly (readonly [number, number])[]>> = {
  abs: [[-1e6, 1e6]],
  clamp: [[-1e6, 1e6]],
  exp: [[-80, 80]],
  hardSwish: [[-7, 7]],
  leakyRelu: [[-1e3, 1e3]],
  log: [
    [1e-30, 1e-3],
    [0.9, 1.1],
    [1, 1e9],
  ],
  logistic: [
    [-80, 80],
    [-1e4, 1e4],
  ],
  negate: [[-1e6, 1e6]],
  rsqrt: [
    [1e-30, 1e-3],
    [1, 1e9],
  ],
  sqrt: [
    [1e-30, 1e-3],
    [1, 1e9],
  ],
  square: [[-1e6, 1e6]],
  tanh: [
    [-20, 20],
    [-0.01, 0.01],
    [-1e4, 1e4],
  ],
};
const POSITIVE: readonly FloatUnaryOperation[] = ['log', 'rsqrt', 'sqrt'];

describeOnGpu('float_unary.wgsl', (device) => {
  const run = async (
    parameters: FloatUnaryParameters,
    input: Float32Array<ArrayBuffer>,
    workgroup = 64,
  ): Promise<Float32Array> => {
    const { destination } = await runKernel(device(), {
      contract,
      overrides: { operation: OPERATIONS[parameters.operation] },
      constants: { WORKGROUP: workgroup },
      buffers: {
        params: packStruct(floatUnaryParams, paramsOf(parameters, input.length)),
        source: input,
        destination: new Uint32Array(input.length).fill(0xffffffff),
      },
      workgroups: workgroups(input.length, workgroup),
    });
    return floatsOf(destination!);
  };

  it.each(Object.keys(OPERATIONS) as FloatUnaryOperation[])('%s', async (operation) => {
    const random = new Random(OPERATIONS[operation]);
    const near = POSITIVE.includes(operation) ? ([1 / 64, 4] as const) : ([-4, 4] as const);
    const input = Float32Array.from(
      [near, ...RANGES[operation]].flatMap((range) => [...range, ...reals(random, 499, range)]),
    );
    const parameters = { operation, slope: Math.fround(0.2), range: UNBOUNDED };
    const expected = new Float32Array(input.length);
    floatUnary(parameters, input, expected);
    const actual = await run(parameters, input);
    const lowered = { kind: 'floatUnary', parameters } as LoweredFloat;
    expectWithin(lowered, { actual, expected }, `seed ${random.seed}`);
  });

  it('clamps to the range, over more workgroups than one row of the dispatch grid has', async () => {
    const input = reals(new Random(5), 70_001, [-9, 9]);
    const parameters = { operation: 'clamp', slope: 0, range: { low: 0, high: 6 } } as const;
    const actual = await run(parameters, input, 1);
    const clamped = input.map((x) => Math.min(Math.max(x, 0), 6));
    expect(Buffer.compare(Buffer.from(actual.buffer), Buffer.from(clamped.buffer))).toBe(0);
  });
});
