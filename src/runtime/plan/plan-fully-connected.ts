import * as kernel from '../../contract/kernels/fully_connected';
import type { FullyConnectedParameters } from '../../contract/op-parameters';
import { packStruct } from '../../contract/struct-layout';
import type { FullyConnectedOp } from '../../model';
import type { PlanBuilder } from './plan-builder';
import { planDense } from './plan-dense';

/** Plans a dense layer with int8 outputs. */
export function planFullyConnected(
  op: FullyConnectedOp,
  parameters: FullyConnectedParameters,
  builder: PlanBuilder,
): void {
  planDense(op, parameters, builder, {
    ...kernel,
    params: (rows) => packStruct(kernel.fullyConnectedParams, kernel.paramsOf(parameters, rows)),
  });
}
