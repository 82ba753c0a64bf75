import {
  coupledInputGate,
  hiddenValue,
  logisticQ3_12,
  multiplyByQuantizedMultiplier,
  saturateI16,
  tanhQ0_15,
  updateCellState,
} from '../arith';
import { GATE_SLOTS } from '../contract/lstm-layout';
import type { LstmDirectionParameters } from '../contract/lstm-parameters';
import { layerNormalize } from './layer_norm';
import type { LstmStages } from './lstm_stages';

const INPUT = 0;
const FORGET = 1;
const CELL = 2;
const OUTPUT = 3;

/**
 * Twin of `lstm_cell.wgsl`: from the gate sums of one batch row to its new cell state and hidden value. Paper section
 * 3.2; TFLite `CalculateLstmGateInteger8x8_16`, `UpdateLstmCellInteger`, `CalculateLstmOutputInteger8x8_16`.
 *
 * Gates i, f and c see the previous cell state through their peepholes; the output gate sees the new one.
 *
 * @param cell int16 `[units]`: c of the previous timestep, replaced by this one's
 * @param stages `gateSum` is read and gets the peepholes added; everything after it is filled in
 */
export function lstmCell(parameters: LstmDirectionParameters, cell: Int16Array, stages: LstmStages): void {
  for (const slot of [INPUT, FORGET, CELL]) openGate(parameters, slot, cell, stages);
  if (parameters.gates.input === null) coupleInputGate(parameters, stages);
  updateCell(parameters, cell, stages);
  openGate(parameters, OUTPUT, cell, stages);
  updateHidden(parameters, cell, stages);
}

/** One gate from its sum to Q0.15: peephole, layer norm, nonlinearity. */
function openGate(
  { gates, units }: LstmDirectionParameters,
  slot: number,
  cell: Int16Array,
  stages: LstmStages,
): void {
  const gate = gates[GATE_SLOTS[slot]!];
  if (gate === null) return;
  const sum = stages.gateSum.subarray(slot * units, (slot + 1) * units);
  const preActivation = stages.preActivation.subarray(slot * units, (slot + 1) * units);
  const activation = stages.activation.subarray(slot * units, (slot + 1) * units);

  if (gate.peephole !== null) {
    const { weights, multiplier } = gate.peephole;
    for (let unit = 0; unit < units; unit++) {
      const peephole = multiplyByQuantizedMultiplier(weights[unit]! * cell[unit]!, multiplier);
      sum[unit] = saturateI16(sum[unit]! + peephole);
    }
  }
  if (gate.layerNorm === null) preActivation.set(sum);
  else layerNormalize(gate.layerNorm, sum, preActivation);
  for (let unit = 0; unit < units; unit++) {
    const value = preActivation[unit]!;
    activation[unit] = slot === CELL ? tanhQ0_15(value, 3) : logisticQ3_12(value);
  }
}

function coupleInputGate({ units }: LstmDirectionParameters, { activation }: LstmStages): void {
  for (let unit = 0; unit < units; unit++) {
    activation[INPUT * units + unit] = coupledInputGate(activation[FORGET * units + unit]!);
  }
}

function updateCell(
  { units, cellScaleLog2, cellClip }: LstmDirectionParameters,
  cell: Int16Array,
  { activation }: LstmStages,
): void {
  for (let unit = 0; unit < units; unit++) {
    cell[unit] = updateCellState(
      activation[FORGET * units + unit]!,
      activation[INPUT * units + unit]!,
      activation[CELL * units + unit]!,
      cell[unit]!,
      cellScaleLog2,
      cellClip,
    );
  }
}

function updateHidden(
  { units, cellScaleLog2, hiddenMultiplier, hiddenOffset }: LstmDirectionParameters,
  cell: Int16Array,
  { activation, hidden }: LstmStages,
): void {
  for (let unit = 0; unit < units; unit++) {
    const outputGate = activation[OUTPUT * units + unit]!;
    hidden[unit] = hiddenValue(outputGate, cell[unit]!, cellScaleLog2, hiddenMultiplier, hiddenOffset);
  }
}
