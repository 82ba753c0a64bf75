import { GATE_SLOTS } from '../../contract/lstm-layout';
import { paddedUnits } from '../../contract/lstm-packing';
import type { PackedLstmSections } from '../../contract/lstm-packing';
import type { LstmDirectionParams, LstmParams } from '../../contract/lstm-params';
import type { LstmDirectionParameters, LstmGateParameters } from '../../contract/lstm-parameters';
import { depthBlocks } from '../../contract/packing';
import { at } from '../../errors';
import type { LoweredLstm } from '../../lower/lstm';

/** Batch, time, and how both make up the rows of a layer's input and output. */
export interface LayerSizes {
  readonly batch: number;
  readonly timesteps: number;
  readonly timeStride: number;
  readonly batchStride: number;
  readonly rows: number;
}

/** The uniform parameters of a layer's kernels. */
export function lstmParamsOf(
  { op, directions }: LoweredLstm,
  sizes: LayerSizes,
  layout: {
    readonly paddedBatch: number;
    readonly sections: PackedLstmSections;
    readonly outputDirectionStride: number;
    readonly cellsPerInvocation: number;
    readonly sequenceSteps: number;
  },
): LstmParams {
  const first = at(directions, 0);
  const directionParams = directions.map((parameters, index) =>
    directionParamsOf(parameters, at(op.directions, index).direction === 'reverse'),
  );
  return {
    ...sizes,
    units: first.units,
    outputElements: first.outputElements,
    inputBlocks: depthBlocks(first.inputElements),
    outputBlocks: depthBlocks(first.outputElements),
    hiddenBlocks: depthBlocks(first.units),
    paddedUnits: paddedUnits(first.units),
    paddedBatch: layout.paddedBatch,
    outputDirectionStride: layout.outputDirectionStride,
    directionCount: directions.length,
    phaseCount: 2,
    gateCount: 4,
    cellsPerInvocation: layout.cellsPerInvocation,
    sequenceSteps: layout.sequenceSteps,
    projectionWeightsStart: layout.sections.projectionWeightsOffset / 8,
    projectionBiasStart: layout.sections.projectionBiasOffset / 8,
    inverseUnits: Math.trunc(2 ** 20 / first.units),
    directions: [at(directionParams, 0), directionParams[1] ?? at(directionParams, 0)],
  };
}

function directionParamsOf(parameters: LstmDirectionParameters, reversed: boolean): LstmDirectionParams {
  const { gates, projection, hiddenMultiplier } = parameters;
  const perGate = (
    valueOf: (gate: LstmGateParameters) => number | undefined,
  ): readonly [number, number, number, number] => {
    const values = GATE_SLOTS.map((name) => {
      const gate = gates[name];
      return gate === null ? 0 : (valueOf(gate) ?? 0);
    });
    return [at(values, 0), at(values, 1), at(values, 2), at(values, 3)];
  };
  return {
    inputMultiplier: perGate((gate) => gate.inputMultiplier.multiplier),
    inputShift: perGate((gate) => gate.inputMultiplier.shift),
    recurrentMultiplier: perGate((gate) => gate.recurrentMultiplier.multiplier),
    recurrentShift: perGate((gate) => gate.recurrentMultiplier.shift),
    peepholeMultiplier: perGate((gate) => gate.peephole?.multiplier.multiplier),
    peepholeShift: perGate((gate) => gate.peephole?.multiplier.shift),
    layerNormMultiplier: perGate((gate) => gate.layerNorm?.multiplier.multiplier),
    layerNormShift: perGate((gate) => gate.layerNorm?.multiplier.shift),
    varianceFloor: perGate((gate) => gate.layerNorm?.varianceFloor),
    cellScaleLog2: parameters.cellScaleLog2,
    cellClip: parameters.cellClip,
    hiddenMultiplier: hiddenMultiplier.multiplier,
    hiddenShift: hiddenMultiplier.shift,
    hiddenOffset: parameters.hiddenOffset,
    outputZeroPoint: parameters.outputZeroPoint,
    projectionMultiplier: projection?.multiplier.multiplier ?? 0,
    projectionShift: projection?.multiplier.shift ?? 0,
    projectionClip: projection?.clip ?? 0,
    reversed: reversed ? 1 : 0,
  };
}
