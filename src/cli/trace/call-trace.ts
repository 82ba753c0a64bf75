import type { LayerTrace } from '../../index';
import { joinTraces } from '../../runtime/trace-recorder';
import type { NpyArray } from '../../data';

/** An output of a call, as the session gave it. */
export interface TracedOutput extends NpyArray {
  readonly name: string;
}

/** Everything that was seen of one call, in the order of computation. */
export interface CallTrace {
  /** One entry per direction of each LSTM layer. */
  readonly layers: readonly LayerTrace[];
  readonly outputs: readonly TracedOutput[];
}

/** Stages of an LSTM timestep in the order of computation, by their names in a trace and in files. */
export const STAGES = [
  { stage: 'inputAccumulator', file: 'input-accumulator', perGate: true },
  { stage: 'recurrentAccumulator', file: 'recurrent-accumulator', perGate: true },
  { stage: 'gateSum', file: 'gate-sum', perGate: true },
  { stage: 'preActivation', file: 'pre-activation', perGate: true },
  { stage: 'activation', file: 'activation', perGate: true },
  { stage: 'cell', file: 'cell', perGate: false },
  { stage: 'hidden', file: 'hidden', perGate: false },
] as const;

export type Stage = (typeof STAGES)[number];

/** Dimensions of a stage's array: `[timesteps, batch, 4, units]`, without the gates where there is one value per unit. */
export function stageShape(
  { timesteps, batch, units }: Pick<LayerTrace, 'timesteps' | 'batch' | 'units'>,
  { perGate }: Stage,
): number[] {
  return perGate ? [timesteps, batch, 4, units] : [timesteps, batch, units];
}

/** Gathers the traces of one call, which may come in several runs of timesteps. */
export class LayerTraces {
  readonly #parts = new Map<string, LayerTrace[]>();

  readonly add = (trace: LayerTrace): void => {
    this.#parts.set(trace.layer, [...(this.#parts.get(trace.layer) ?? []), trace]);
  };

  /** One trace per layer and direction, in the order of computation. */
  joined(): LayerTrace[] {
    return [...this.#parts.values()].map(joinTraces);
  }
}
