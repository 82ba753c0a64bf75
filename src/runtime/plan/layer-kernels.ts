import { at } from '../../errors';
import type { LoweredLstm } from '../../lower/lstm';
import type { ExecutableModel } from '../executor';
import type { LayerSizes } from '../layer-sizes';
import type { GateTables } from './gate-tables';
import { chooseLstmKernels } from './lstm-kernels';
import type { LstmKernelChoice, LstmKernelOptions } from './lstm-kernels';
import { layerKey } from './lstm-tuning';
import type { LayerTunings, LstmTuning } from './lstm-tuning';

/** A program with what finds its stacks. */
export type StackedProgram = Pick<ExecutableModel, 'program' | 'wavefronts'>;

export interface LayerKernelOptions extends Pick<LstmKernelOptions, 'path' | 'rows'> {
  /** What a tuner found for layers on this adapter. */
  readonly tunings?: LayerTunings;
  /** By default gate functions are computed. */
  readonly gateTables?: GateTables | null;
}

/** Chooses a layer's kernels; layers of a stack are a wavefront together or not at all. */
export function kernelsOfLayer(
  { program, wavefronts }: StackedProgram,
  lowered: LoweredLstm,
  sizes: Pick<LayerSizes, 'batch' | 'timesteps' | 'rows'>,
  { path, rows, tunings = {}, gateTables = null }: LayerKernelOptions,
): LstmKernelChoice {
  const tuningOf = ({ directions }: LoweredLstm): LstmTuning | undefined =>
    tunings[layerKey(at(directions, 0), directions.length, sizes)];
  const choose = (layer: LoweredLstm, isStacked = false): LstmKernelChoice =>
    chooseLstmKernels(layer.directions, sizes, { path, rows, gateTables }, tuningOf(layer), isStacked);
  const mayStack = (layer: LoweredLstm): boolean =>
    path !== null || (tuningOf(layer)?.path ?? 'wavefront') === 'wavefront';
  return wavefronts?.chooseTogether(program, lowered, sizes.rows, mayStack, choose) ?? choose(lowered);
}
