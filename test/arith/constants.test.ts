import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import * as constants from '../../src/arith/constants';

/** The real number that each constant stands for. */
const REAL_VALUES: Record<string, number> = {
  EXP_MINUS_EIGHTH: Math.exp(-1 / 8),
  ONE_THIRD: 1 / 3,
  EXP_MINUS_QUARTER: Math.exp(-1 / 4),
  EXP_MINUS_HALF: Math.exp(-1 / 2),
  EXP_MINUS_1: Math.exp(-1),
  EXP_MINUS_2: Math.exp(-2),
  EXP_MINUS_4: Math.exp(-4),
  EXP_MINUS_8: Math.exp(-8),
  EXP_MINUS_16: Math.exp(-16),
  RECIPROCAL_SEED_OFFSET: 48 / 17,
  RECIPROCAL_SEED_SLOPE: -32 / 17,
  THREE_HALVES: 3 / 2,
  SQRT_HALF: Math.SQRT1_2,
};

describe('fixed-point constants', () => {
  it.each(Object.entries(constants))('%s is %d, the nearest raw value', (name, raw) => {
    const [, realName = '', fractionalBits = ''] = /^(\w+)_Q\d+_(\d+)$/.exec(name) ?? [];
    expect(REAL_VALUES).toHaveProperty(realName);
    expect(raw).toBe(Math.round(REAL_VALUES[realName]! * 2 ** Number(fractionalBits)));
  });

  it('are what the shaders were generated from', async () => {
    const check = promisify(execFile)(process.execPath, ['scripts/generate-shader-constants.mjs', '--check']);
    await expect(check).resolves.toMatchObject({ stdout: '' });
  });
});
