import type { KernelBinding } from './kernel-contract';

/** Bytes of a table of a gate function (gate-tables.ts). */
export const GATE_TABLE_BYTES = 65_536;

/** Integer bits of the table of tanh; formats with fewer have values between its entries. */
export const TANH_TABLE_INTEGER_BITS = 3;

/**
 * Tables of the gate functions, of `GATE_TABLE_BYTES` each; a kernel that computes them (lib/logistic.wgsl, lib/tanh.wgsl) takes
 * any buffer and does not look at it.
 */
export const GATE_TABLE_BINDINGS = [
  { name: 'logistic_table', access: 'uniform', type: 'array<vec4<u32>, 4096>' },
  { name: 'tanh_table', access: 'uniform', type: 'array<vec4<u32>, 4096>' },
] as const satisfies readonly KernelBinding[];
