import type { StructLayout } from './struct-layout';

/**
 * What a kernel's WGSL, its CPU twin and its pipeline agree on. The shader is checked against it by reflection, the
 * bind group layout is made from it, and the caller's values are typed by it.
 */
export interface KernelContract {
  /** Stem of `shaders/kernels/<stem>.wgsl`, of the twin and of the tests. */
  readonly kernel: string;
  /** Position in the list is the `@binding` number; all are in `@group(0)`. */
  readonly bindings: readonly KernelBinding[];
  /** WGSL `override`s by name. A pipeline sets every one. The workgroup size, where a kernel has it, is `workgroup_size`. */
  readonly overrides: Readonly<Record<string, OverrideType>>;
  /** Integer constants that size arrays; the shader asks for each by a `//#constant NAME` line. */
  readonly constants: readonly string[];
  /** Layout of the one struct bound as a uniform; null for a kernel without parameters. */
  readonly params: StructLayout | null;
}

export interface KernelBinding {
  /** Name of the WGSL variable. */
  readonly name: string;
  readonly access: BindingAccess;
  /** Store type as WGSL spells it: `array<vec2<u32>>`, `LstmStepParams`. */
  readonly type: string;
}

export type BindingAccess = 'uniform' | 'read' | 'read_write';

export type OverrideType = 'u32' | 'i32' | 'bool';

/** Value of an override or of all overrides of a contract. */
export type OverrideValues<O extends KernelContract['overrides']> = {
  readonly [K in keyof O]: O[K] extends 'bool' ? boolean : number;
};

/** Everything that tells one compiled pipeline of a kernel from another. */
export interface Specialization<C extends KernelContract = KernelContract> {
  readonly overrides: string extends keyof C['overrides']
    ? Readonly<Record<string, number | boolean>>
    : OverrideValues<C['overrides']>;
  /** Values of the contract's constants, u32. */
  readonly constants: Readonly<Record<C['constants'][number], number>>;
  /**
   * Include paths to replace, from and to relative to `shaders/`: `{ 'lib/dot4.wgsl': 'lib/dot4_packed.wgsl' }`.
   * A path that the kernel does not include is ignored, so that one choice serves all kernels of a device.
   */
  readonly alternatives: Readonly<Record<string, string>>;
}

/** WebGPU's default limits on bindings of one stage, which we stay within so that what loads here loads everywhere. */
export const MAX_STORAGE_BINDINGS = 8;
export const MAX_UNIFORM_BINDINGS = 12;

/** Name of the override that holds the workgroup size. */
export const WORKGROUP_SIZE = 'workgroup_size';

const SNAKE_CASE = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
const UPPER_CASE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;

/**
 * Checks a contract and keeps its literal types.
 *
 * @throws TypeError, a defect of the declaration: a misspelt or repeated name, more bindings than WebGPU's default
 * limits, or params that are not bound as a uniform.
 */
export function kernelContract<const C extends KernelContract>(contract: C): C {
  const { kernel, bindings, overrides, constants, params } = contract as KernelContract;
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
  return contract;
}

/**
 * Checks that a specialization sets exactly the overrides and constants of a contract. The types say so already for a
 * literal contract; this proves it for values that were computed.
 *
 * @throws TypeError naming the kernel and the value, a defect of the caller.
 */
export function validateSpecialization(contract: KernelContract, specialization: Specialization): void {
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

/** The number that WebGPU takes for an override: 1 or 0 for a bool. */
export function overrideConstants(specialization: Specialization): Record<string, number> {
  return Object.fromEntries(
    Object.entries(specialization.overrides).map(([name, value]) => [name, Number(value)]),
  );
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
