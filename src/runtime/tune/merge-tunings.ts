import type { KernelTuning, LayerTunings } from '../plan/lstm-tuning';

/** Both tunings; where they speak of the same adapter and layer, the second one's choices. */
export function mergeTunings(first: KernelTuning, second: KernelTuning): KernelTuning {
  const adapters: Record<string, LayerTunings> = { ...first.adapters };
  for (const [adapter, layers] of Object.entries(second.adapters)) {
    adapters[adapter] = { ...adapters[adapter], ...layers };
  }
  return { ...first, adapters };
}
