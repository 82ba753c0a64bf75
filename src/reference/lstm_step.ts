import type { LstmDirectionParameters } from '../contract/lstm-parameters';
import { lstmCell } from './lstm_cell';
import { lstmGates } from './lstm_gates';
import type { LstmStages } from './lstm_stages';
import { projection } from './projection';

/**
 * Twin of `lstm_step.wgsl`: one timestep of one batch row, in any of the paper's 16 variants. Paper section 3.2; TFLite
 * `LstmStepInteger8x8_16`.
 *
 * @param inputGates int16 `[4, units]` from `inputProduct`
 * @param state int8 `[outputElements]`: h of the previous timestep, replaced by this one's
 * @param cell int16 `[units]`: c of the previous timestep, replaced by this one's
 * @param stages filled with this timestep's intermediate values
 */
export function lstmStep(
  parameters: LstmDirectionParameters,
  inputGates: Int16Array,
  state: Int8Array,
  cell: Int16Array,
  stages: LstmStages,
): void {
  lstmGates(parameters, inputGates, state, stages);
  lstmCell(parameters, cell, stages);
  if (parameters.projection === null) state.set(stages.hidden);
  else projection(parameters.projection, parameters.outputZeroPoint, stages.hidden, state);
}
