import { describe, expect, expectTypeOf, it } from 'vitest';
import type { KernelContract, Specialization } from '../../src/contract/kernel-contract';
import { kernelContract, overrideConstants } from '../../src/contract/kernel-contract';
import { struct } from '../../src/contract/struct-layout';
import { checkContract, checkSpecialization } from '../support/check-contract';

const params = struct('ScaleParams', { factor: 'i32' });

const contract = kernelContract({
  kernel: 'scale',
  bindings: [
    { name: 'params', access: 'uniform', type: 'ScaleParams' },
    { name: 'source', access: 'read', type: 'array<i32>' },
    { name: 'target_values', access: 'read_write', type: 'array<i32>' },
  ],
  overrides: { offset: 'i32', count: 'u32', trace: 'bool' },
  constants: ['ROWS'],
  params,
});

const SPECIALIZATION = {
  overrides: { offset: -3, count: 4, trace: true },
  constants: { ROWS: 8 },
  alternatives: {},
} satisfies Specialization<typeof contract>;

describe('kernelContract', () => {
  it('keeps names and types literal', () => {
    expectTypeOf<Specialization<typeof contract>['overrides']>().toEqualTypeOf<{
      readonly offset: number;
      readonly count: number;
      readonly trace: boolean;
    }>();
    expectTypeOf<keyof Specialization<typeof contract>['constants']>().toEqualTypeOf<'ROWS'>();
    expectTypeOf<(typeof contract)['bindings'][2]['name']>().toEqualTypeOf<'target_values'>();
  });
});

describe('checkContract', () => {
  const storage = (name: string) => ({ name, access: 'read', type: 'array<u32>' }) as const;
  it.each<[Partial<KernelContract>, string]>([
    [{ kernel: 'lstmStep' }, 'contract lstmStep: lstmStep is not snake_case'],
    [{ bindings: [storage('rowWords')], params: null }, 'rowWords is not snake_case'],
    [{ constants: ['rows'] }, 'constant rows is not UPPER_CASE'],
    [{ overrides: { source: 'u32' } }, 'source is declared twice'],
    [{ constants: ['ROWS', 'ROWS'] }, 'ROWS is declared twice'],
    [
      { bindings: Array.from({ length: 9 }, (_, index) => storage(`s${index}`)), params: null },
      "9 storage bindings, WebGPU's default limit is 8",
    ],
    [
      {
        bindings: Array.from({ length: 13 }, (_, index) => ({ ...storage(`u${index}`), access: 'uniform' })),
        params: null,
      },
      "13 uniform bindings, WebGPU's default limit is 12",
    ],
    [
      { params: struct('Other', { factor: 'i32' }) },
      'params are Other, but no uniform binding has this type',
    ],
  ])('refuses %j', (change, message) => {
    expect(() => {
      checkContract({ ...contract, ...change });
    }).toThrow(message);
  });
});

describe('checkSpecialization', () => {
  it('takes a complete one, and turns it into what WebGPU takes', () => {
    checkSpecialization(contract, SPECIALIZATION);
    expect(overrideConstants(SPECIALIZATION)).toEqual({ offset: -3, count: 4, trace: 1 });
  });

  it.each<[Partial<Specialization>, string]>([
    [{ overrides: { offset: 0, count: 0 } }, 'kernel scale: override trace is not set'],
    [{ overrides: { ...SPECIALIZATION.overrides, rows: 1 } }, 'override rows is not in its contract'],
    [{ overrides: { ...SPECIALIZATION.overrides, count: -1 } }, 'override count is -1, expected u32'],
    [
      { overrides: { ...SPECIALIZATION.overrides, offset: 2 ** 31 } },
      'override offset is 2147483648, expected i32',
    ],
    [{ overrides: { ...SPECIALIZATION.overrides, trace: 1 } }, 'override trace is 1, expected bool'],
    [{ overrides: { ...SPECIALIZATION.overrides, count: true } }, 'override count is true, expected u32'],
    [{ constants: {} }, 'constant ROWS is not set'],
    [{ constants: { ROWS: 8, COLUMNS: 1 } }, 'constant COLUMNS is not in its contract'],
    [{ constants: { ROWS: 0.5 } }, 'constant ROWS is 0.5, expected u32'],
  ])('refuses %j', (change, message) => {
    expect(() => {
      checkSpecialization(contract, { ...SPECIALIZATION, ...change });
    }).toThrow(message);
  });
});
