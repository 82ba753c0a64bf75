import { contract, logisticInt16Params, workgroups } from '../../contract/kernels/logistic_int16';
import { packStruct } from '../../contract/struct-layout';
import type { LogisticOp } from '../../model';
import type { PlanBuilder } from './plan-builder';

const WORKGROUP = 64;

/** Plans the logistic function of int16. */
export function planLogisticInt16(op: LogisticOp, builder: PlanBuilder): void {
  const [source, destination] = [builder.value(op.input), builder.value(op.output)];
  const elements = source.rows * source.rowElements;
  builder.push(
    builder.dispatch(
      contract,
      { overrides: {}, constants: { WORKGROUP } },
      {
        bindings: {
          params: builder.uniform(`${op.name} parameters`, packStruct(logisticInt16Params, { elements })),
          source: source.range,
          destination: destination.range,
        },
        workgroups: workgroups(elements, WORKGROUP),
        work: 0,
      },
    ),
  );
}
