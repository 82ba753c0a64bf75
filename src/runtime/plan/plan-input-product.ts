import { contract as inputProduct } from '../../contract/kernels/input_product';
import { variantOf } from '../../contract/lstm-layout';
import { paddedUnits } from '../../contract/lstm-packing';
import { at } from '../../errors';
import type { LoweredLstm } from '../../lower/lstm';
import type { LayerSizes } from '../layer-sizes';
import { gateCount, inputBias, inputWeights } from './lstm-constants';
import type { LstmKernelChoice } from './lstm-kernels';
import type { PlanBuilder } from './plan-builder';
import type { BufferRange, PlannedDispatch, PlannedValue } from './plan';

/** What a layer's input product reads and writes. */
export interface InputProduct {
  readonly lowered: LoweredLstm;
  readonly choice: LstmKernelChoice;
  readonly sizes: LayerSizes;
  readonly params: BufferRange;
  readonly input: PlannedValue;
  readonly inputGates: BufferRange;
  /** Written in a trace alone. */
  readonly accumulators: BufferRange;
  readonly trace: boolean;
}

/** Plans the input side of all gates of a layer, for all timesteps. */
export function planInputProduct(
  { lowered, choice, sizes, params, input, inputGates, accumulators, trace }: InputProduct,
  builder: PlanBuilder,
): PlannedDispatch {
  const first = at(lowered.directions, 0);
  return builder.dispatch(
    inputProduct,
    {
      overrides: { trace },
      constants: {
        ROWS: choice.productRows,
        SLOTS: gateCount(variantOf(first)),
        WORKGROUP: choice.workgroup,
      },
    },
    {
      bindings: {
        params,
        weights: inputWeights(lowered, builder).own,
        bias: inputBias(lowered, builder).own,
        activation: input.range,
        gates: inputGates,
        accumulators,
      },
      workgroups: [
        Math.ceil(paddedUnits(first.units) / choice.workgroup),
        Math.ceil(sizes.rows / choice.productRows),
        lowered.directions.length,
      ],
      work: inputWork(lowered, sizes.rows),
    },
  );
}

/** Multiply-accumulates of the input side of some rows. */
export function inputWork({ directions }: LoweredLstm, rows: number): number {
  const first = at(directions, 0);
  return directions.length * rows * first.units * gateCount(variantOf(first)) * first.inputElements;
}
