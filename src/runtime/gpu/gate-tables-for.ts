import type { GateTables } from '../plan/gate-tables';
import type { LayerTunings } from '../plan/lstm-tuning';
import type { KernelOptions } from './gpu-model';

/** The tables of gate functions, if a layer is to use them. */
export async function gateTablesFor(
  { activations }: KernelOptions,
  tunings: LayerTunings,
): Promise<GateTables | null> {
  const isForced = activations === 'table';
  const isTuned = Object.values(tunings).some((tuned) => tuned.activations === 'table');
  if (activations === 'computed' || !(isForced || isTuned)) return null;
  const { GateTables } = await import('../plan/gate-tables');
  return new GateTables(isForced);
}
