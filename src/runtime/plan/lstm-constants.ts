import {
  packConstants,
  packedLstmSections,
  packInputBias,
  packInputWeights,
  packRecurrentWeights,
  paddedUnits,
} from '../../contract/lstm-packing';
import { variantOf } from '../../contract/lstm-layout';
import type { LstmVariant } from '../../contract/lstm-layout';
import type { LstmDirectionParameters } from '../../contract/lstm-parameters';
import { packedQuadWords } from '../../contract/packing';
import { at } from '../../errors';
import type { LoweredLstm } from '../../lower/lstm';
import type { PlanBuilder } from './plan-builder';
import type { BufferRange } from './plan';

/** A layer's part of a buffer, and the buffer. */
export interface SharedRange {
  readonly own: BufferRange;
  readonly all: BufferRange;
}

/** Recurrent quads, and a projection's weights and bias (`packRecurrentWeights`); layers of a stack are neighbours. */
export function recurrentWeights(lowered: LoweredLstm, builder: PlanBuilder): SharedRange {
  const bytes: CountBytes = (directions) => packedLstmSections(directions).byteLength;
  return shared(lowered, builder, 0, 'recurrent weights', bytes, packRecurrentWeights);
}

/** Constants of cells (`packConstants`); layers of a stack are neighbours. */
export function cellConstants(lowered: LoweredLstm, builder: PlanBuilder): SharedRange {
  return shared(lowered, builder, 0, 'cell constants', bytesPerUnit(48), packConstants);
}

/** Quads of the input side; layers of a stack but the first, whose input has a size of its own, are neighbours. */
export function inputWeights(lowered: LoweredLstm, builder: PlanBuilder): SharedRange {
  const bytes: CountBytes = (directions) => {
    const first = at(directions, 0);
    const { units: quads, inputElements: depth } = first;
    return directions.length * packedQuadWords({ quads, slots: gateCount(variantOf(first)), depth }) * 4;
  };
  return shared(lowered, builder, 1, 'input weights', bytes, packInputWeights);
}

/** Biases of the input side, with the neighbours of `inputWeights`. */
export function inputBias(lowered: LoweredLstm, builder: PlanBuilder): SharedRange {
  return shared(lowered, builder, 1, 'input bias', bytesPerUnit(16), packInputBias);
}

/** Gates that a layer computes: all but a coupled input gate. */
export function gateCount({ coupledGates }: Pick<LstmVariant, 'coupledGates'>): number {
  return coupledGates ? 3 : 4;
}

/** Bytes of a constant of some directions. */
type CountBytes = (directions: readonly LstmDirectionParameters[]) => number;

function bytesPerUnit(bytes: number): CountBytes {
  return (directions) => directions.length * paddedUnits(at(directions, 0).units) * bytes;
}

/** @param firstLayer of a stack that is among the neighbours; layers below it are alone */
function shared(
  lowered: LoweredLstm,
  builder: PlanBuilder,
  firstLayer: number,
  kind: string,
  count: CountBytes,
  pack: (directions: readonly LstmDirectionParameters[]) => ArrayBufferView<ArrayBuffer>,
): SharedRange {
  const { program, wavefronts } = builder.model;
  const neighbours = wavefronts?.neighboursOf(program, lowered, firstLayer);
  const directions = neighbours?.directions ?? lowered.directions;
  const all = builder.constant(`${neighbours?.name ?? lowered.op.name} ${kind}`, count(directions), () =>
    pack(directions),
  );
  if (neighbours == null) return { own: all, all };
  const byteLength = all.byteLength / directions.length;
  return { own: { buffer: all.buffer, offset: neighbours.index * byteLength, byteLength }, all };
}
