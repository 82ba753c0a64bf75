import { array, struct } from './struct-layout';
import type { ParamsOf } from './struct-layout';

/** Uniform parameters of one direction; vectors over gates are in the order i, f, c, o. Shifts are positive to the left. */
export const lstmDirectionParams = struct('LstmDirectionParams', {
  inputMultiplier: 'vec4<i32>',
  inputShift: 'vec4<i32>',
  recurrentMultiplier: 'vec4<i32>',
  recurrentShift: 'vec4<i32>',
  peepholeMultiplier: 'vec4<i32>',
  peepholeShift: 'vec4<i32>',
  layerNormMultiplier: 'vec4<i32>',
  layerNormShift: 'vec4<i32>',
  varianceFloor: 'vec4<i32>',
  cellScaleLog2: 'i32',
  cellClip: 'i32',
  hiddenMultiplier: 'i32',
  hiddenShift: 'i32',
  hiddenOffset: 'i32',
  outputZeroPoint: 'i32',
  projectionMultiplier: 'i32',
  projectionShift: 'i32',
  projectionClip: 'i32',
  reversed: 'u32',
});

/** Directions of a layer, or layers of a stack, that one dispatch can advance. */
export const MAX_LANES = 4;

/** Uniform parameters of an LSTM layer, shared by all its kernels; members are explained in `shaders/lib/lstm_params.wgsl`. */
export const lstmParams = struct('LstmParams', {
  batch: 'u32',
  timesteps: 'u32',
  units: 'u32',
  outputElements: 'u32',
  timeStride: 'u32',
  batchStride: 'u32',
  rows: 'u32',
  inputBlocks: 'u32',
  outputBlocks: 'u32',
  hiddenBlocks: 'u32',
  paddedUnits: 'u32',
  paddedBatch: 'u32',
  outputDirectionStride: 'u32',
  directionCount: 'u32',
  phaseCount: 'u32',
  gateCount: 'u32',
  cellsPerInvocation: 'u32',
  sequenceSteps: 'u32',
  projectionWeightsStart: 'u32',
  projectionBiasStart: 'u32',
  inverseUnits: 'i32',
  laneDelay: 'u32',
  directions: array(lstmDirectionParams, MAX_LANES),
});

export type LstmDirectionParams = ParamsOf<typeof lstmDirectionParams>;
export type LstmParams = ParamsOf<typeof lstmParams>;
