import { GATE_SLOTS } from '../../contract/lstm-layout';
import { paddedUnits } from '../../contract/lstm-packing';
import type { PackedLstmSections } from '../../contract/lstm-packing';
import { MAX_LANES } from '../../contract/lstm-params';
import type { LstmDirectionParams, LstmParams } from '../../contract/lstm-params';
import type { LstmDirectionParameters, LstmGateParameters } from '../../contract/lstm-parameters';
import { depthBlocks } from '../../contract/packing';
import { at } from '../../errors';
import type { LoweredLstm } from '../../lower/lstm';
import type { LayerSizes } from '../layer-sizes';

/**
 * The uniform parameters of a layer's kernels.
 *
 * @param layers of a stack, from the first on, or one alone
 */
export function lstmParamsOf(
  layers: readonly LoweredLstm[],
  sizes: LayerSizes,
  layout: {
    readonly paddedBatch: number;
    readonly sections: PackedLstmSections;
    readonly outputDirectionStride: number;
    readonly cellsPerInvocation: number;
    readonly sequenceSteps: number;
    readonly laneDelay: number;
  },
): LstmParams {
  const first = at(at(layers, 0).directions, 0);
  const lanes = layers.flatMap(({ op, directions }) =>
    directions.map((parameters, index) =>
      directionParamsOf(parameters, at(op.directions, index).direction === 'reverse'),
    ),
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
    directionCount: lanes.length,
    phaseCount: 2,
    gateCount: 4,
    cellsPerInvocation: layout.cellsPerInvocation,
    sequenceSteps: layout.sequenceSteps,
    projectionWeightsStart: layout.sections.projectionWeightsOffset / 8,
    projectionBiasStart: layout.sections.projectionBiasOffset / 8,
    inverseUnits: Math.trunc(2 ** 20 / first.units),
    laneDelay: layout.laneDelay,
    directions: Array.from({ length: MAX_LANES }, (_, lane) => lanes[lane] ?? at(lanes, 0)),
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
