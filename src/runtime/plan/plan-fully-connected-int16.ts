import * as kernel from '../../contract/kernels/fully_connected_int16';
import type { DenseParameters } from '../../contract/op-parameters';
import { packStruct } from '../../contract/struct-layout';
import type { FullyConnectedOp } from '../../model';
import type { PlanBuilder } from './plan-builder';
import { planDense } from './plan-dense';

/** Plans a dense layer with int16 outputs. */
export function planFullyConnectedInt16(
  op: FullyConnectedOp,
  parameters: DenseParameters,
  builder: PlanBuilder,
): void {
  planDense(op, parameters, builder, {
    ...kernel,
    params: (rows) => packStruct(kernel.fullyConnectedInt16Params, kernel.paramsOf(parameters, rows)),
  });
}
