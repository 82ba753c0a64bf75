import type { GpuCapabilities } from '../gpu';
import type { Activations, LstmPath } from './plan/lstm-kernels';
import type { KernelPath } from './plan/plan-builder';

/** What a model runs on and how, for people, logs and bug reports. */
export interface Diagnostics {
  /** Where the model runs. */
  readonly backend: 'webgpu' | 'reference';
  /** null on the reference. */
  readonly gpu: GpuDiagnostics | null;
}

/** What a model on the GPU runs on, and by which kernels. */
export interface GpuDiagnostics extends KernelPath {
  /** Adapter, driver, and what of it matters to kernels. */
  readonly capabilities: GpuCapabilities;
  /** How the recurrence of each LSTM layer runs, in the model's order. */
  readonly lstm: readonly {
    /** Name of the op, as in the model. */
    readonly layer: string;
    /** Its way through the recurrence. */
    readonly path: LstmPath;
    /** Where its gate functions come from. */
    readonly activations: Activations;
  }[];
}
