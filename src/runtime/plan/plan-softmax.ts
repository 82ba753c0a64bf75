import { contract, paramsOf, softmaxParams, workgroups } from '../../contract/kernels/softmax';
import type { SoftmaxParameters } from '../../contract/op-parameters';
import { packStruct } from '../../contract/struct-layout';
import type { SoftmaxOp } from '../../model';
import type { PlanBuilder } from './plan-builder';

const WORKGROUP = 64;

export function planSoftmax(op: SoftmaxOp, parameters: SoftmaxParameters, builder: PlanBuilder): void {
  const source = builder.value(op.input);
  const destination = builder.value(op.output);
  const params = packStruct(softmaxParams, paramsOf(parameters, source.rows, source.rowElements));
  builder.push(
    builder.dispatch(
      contract,
      { overrides: {}, constants: { WORKGROUP } },
      {
        bindings: {
          params: builder.uniform(`${op.name} parameters`, params),
          source: source.range,
          destination: destination.range,
        },
        workgroups: workgroups(source.rows),
        work: 0,
      },
    ),
  );
}
