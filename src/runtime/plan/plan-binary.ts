import { binaryParams, contract, OPERATIONS, paramsOf, workgroups } from '../../contract/kernels/binary';
import { packStruct } from '../../contract/struct-layout';
import type { LoweredBinary } from '../../lower/binary';
import { broadcastLayout } from '../../lower/broadcast';
import type { PlanBuilder } from './plan-builder';

const WORKGROUP = 64;

export function planBinary({ op, parameters }: LoweredBinary, builder: PlanBuilder): void {
  const [left, right, output] = [builder.value(op.left), builder.value(op.right), builder.value(op.output)];
  const layout = broadcastLayout(left.shape, right.shape, output.shape);
  const operation = OPERATIONS[parameters.operation];
  builder.push(
    builder.dispatch(
      contract,
      { overrides: { operation }, constants: { WORKGROUP } },
      {
        bindings: {
          params: builder.uniform(
            `${op.name} parameters`,
            packStruct(binaryParams, paramsOf(parameters, layout)),
          ),
          left: left.range,
          right: right.range,
          destination: output.range,
        },
        workgroups: workgroups(layout, WORKGROUP),
        work: 0,
      },
    ),
  );
}
