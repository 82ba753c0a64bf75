import { contract, meanParams, paramsOf, workgroups } from '../../contract/kernels/mean';
import { packStruct } from '../../contract/struct-layout';
import type { LoweredMean } from '../../lower/mean';
import { meanLayout, meanParameters } from '../../lower/mean';
import type { PlanBuilder } from './plan-builder';

const WORKGROUP = 64;

export function planMean(lowered: LoweredMean, builder: PlanBuilder): void {
  const { op } = lowered;
  const source = builder.value(op.input);
  const destination = builder.value(op.output);
  const layout = meanLayout(op, source.shape, destination.shape);
  const params = paramsOf(meanParameters(lowered, source.shape), layout);
  builder.push(
    builder.dispatch(
      contract,
      { overrides: {}, constants: { WORKGROUP } },
      {
        bindings: {
          params: builder.uniform(`${op.name} parameters`, packStruct(meanParams, params)),
          source: source.range,
          destination: destination.range,
        },
        workgroups: workgroups(layout, WORKGROUP),
        work: source.rows * source.rowElements,
      },
    ),
  );
}
