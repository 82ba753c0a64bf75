import type { LstmDirectionParameters } from '../contract/lstm-parameters';
import { inputProduct } from './input_product';
import type { LstmStages } from './lstm_stages';
import { lstmStep } from './lstm_step';

/**
 * Twin of `lstm_frame.wgsl`: one timestep of one batch row from its input. Paper section 3.2; TFLite
 * `LstmStepInteger8x8_16`.
 *
 * @param input int8 `[inputElements]`
 * @param state int8 `[outputElements]`: h of the previous timestep, replaced by this one's
 * @param cell int16 `[units]`: c of the previous timestep, replaced by this one's
 * @param stages filled with this timestep's intermediate values
 * @param inputAccumulator int32 `[4, units]`, the input side's sums before requantization, if they are wanted
 */
export function lstmFrame(
  parameters: LstmDirectionParameters,
  input: Int8Array,
  state: Int8Array,
  cell: Int16Array,
  stages: LstmStages,
  inputAccumulator: Int32Array | null = null,
): void {
  const inputGates = new Int16Array(4 * parameters.units);
  inputProduct(parameters, input, inputGates, inputAccumulator);
  lstmStep(parameters, inputGates, state, cell, stages);
}
