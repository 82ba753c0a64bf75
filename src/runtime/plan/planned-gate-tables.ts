import type { GateTables, PlannedGateTables } from './gate-tables';
import type { LstmKernelChoice } from './lstm-kernels';
import type { PlanBuilder } from './plan-builder';
import type { BufferRange } from './plan';

/**
 * Where a kernel's gate functions come from.
 *
 * @param uniform what kernels that compute take for a table: any uniform does
 */
export function plannedGateTables(
  { activations }: LstmKernelChoice,
  gateTables: GateTables | null | undefined,
  uniform: BufferRange,
  builder: PlanBuilder,
): PlannedGateTables {
  const tables = activations === 'table' ? gateTables?.plan(builder) : null;
  return tables ?? { bindings: { logistic_table: uniform, tanh_table: uniform }, alternatives: {} };
}
