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

/** Keeps a contract's literal types. What they cannot say, that names are spelt alike and limits kept, tests do. */
export function kernelContract<const C extends KernelContract>(contract: C): C {
  return contract;
}

/** The number that WebGPU takes for an override: 1 or 0 for a bool. */
export function overrideConstants(specialization: Specialization): Record<string, number> {
  return Object.fromEntries(
    Object.entries(specialization.overrides).map(([name, value]) => [name, Number(value)]),
  );
}
