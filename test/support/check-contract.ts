import type { KernelContract, OverrideType, Specialization } from '../../src/contract/kernel-contract';

/** WebGPU's default limits on bindings of one stage, which we stay within so that what loads here loads everywhere. */
const MAX_STORAGE_BINDINGS = 8;
const MAX_UNIFORM_BINDINGS = 12;

const SNAKE_CASE = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
const UPPER_CASE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;

/**
 * Checks a contract.
 *
 * @throws TypeError: a misspelt or repeated name, more bindings than WebGPU's default limits, or params that are not bound as a
 * uniform.
 */
export function checkContract(contract: KernelContract): void {
  const { kernel, bindings, overrides, constants, params } = contract;
  const reject = (problem: string): never => {
    throw new TypeError(`contract ${kernel}: ${problem}`);
  };

  const names = [...bindings.map(({ name }) => name), ...Object.keys(overrides)];
  for (const name of [kernel, ...names]) {
    if (!SNAKE_CASE.test(name)) reject(`${name} is not snake_case`);
  }
  for (const name of constants) {
    if (!UPPER_CASE.test(name)) reject(`constant ${name} is not UPPER_CASE`);
  }
  const allNames = [...names, ...constants];
  const repeated = allNames.find((name, index) => allNames.indexOf(name) !== index);
  if (repeated !== undefined) reject(`${repeated} is declared twice`);

  const uniforms = bindings.filter(({ access }) => access === 'uniform');
  const storageCount = bindings.length - uniforms.length;
  if (storageCount > MAX_STORAGE_BINDINGS) {
    reject(`${storageCount} storage bindings, WebGPU's default limit is ${MAX_STORAGE_BINDINGS}`);
  }
  if (uniforms.length > MAX_UNIFORM_BINDINGS) {
    reject(`${uniforms.length} uniform bindings, WebGPU's default limit is ${MAX_UNIFORM_BINDINGS}`);
  }
  if (params !== null && !uniforms.some(({ type }) => type === params.name)) {
    reject(`params are ${params.name}, but no uniform binding has this type`);
  }
}

/**
 * Checks that a specialization sets exactly the overrides and constants of a contract. The types say so already for a
 * literal contract; this proves it for values that were computed.
 *
 * @throws TypeError naming the kernel and the value.
 */
export function checkSpecialization(contract: KernelContract, specialization: Specialization): void {
  const { kernel, overrides, constants } = contract;
  expectKeys(kernel, 'override', Object.keys(overrides), Object.keys(specialization.overrides));
  expectKeys(kernel, 'constant', constants, Object.keys(specialization.constants));
  for (const [name, type] of Object.entries(overrides)) {
    const value = specialization.overrides[name];
    if (!isOverrideValue(type, value)) {
      throw new TypeError(`kernel ${kernel}: override ${name} is ${String(value)}, expected ${type}`);
    }
  }
  for (const [name, value] of Object.entries(specialization.constants)) {
    if (!isOverrideValue('u32', value)) {
      throw new TypeError(`kernel ${kernel}: constant ${name} is ${value}, expected u32`);
    }
  }
}

function isOverrideValue(type: OverrideType, value: unknown): boolean {
  switch (type) {
    case 'bool':
      return typeof value === 'boolean';
    case 'u32':
      return Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 32;
    case 'i32':
      return Number.isInteger(value) && Number(value) >= -(2 ** 31) && Number(value) < 2 ** 31;
  }
}

function expectKeys(
  kernel: string,
  what: string,
  expected: readonly string[],
  found: readonly string[],
): void {
  const missing = expected.filter((name) => !found.includes(name));
  const unknown = found.filter((name) => !expected.includes(name));
  if (missing.length > 0) throw new TypeError(`kernel ${kernel}: ${what} ${missing.join(', ')} is not set`);
  if (unknown.length > 0) {
    throw new TypeError(`kernel ${kernel}: ${what} ${unknown.join(', ')} is not in its contract`);
  }
}
