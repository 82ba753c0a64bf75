import { contract, lookupParams, paramsOf, workgroups } from '../../contract/kernels/lookup';
import type { LookupParameters } from '../../contract/op-parameters';
import { packStruct } from '../../contract/struct-layout';
import type { LoweredOp } from '../../lower/program';
import type { PlanBuilder } from './plan-builder';

const WORKGROUP = 64;

/** Plans any op that is a function of one int8. */
export function planLookup(
  op: Extract<LoweredOp, { kind: 'lookup' }>['op'],
  parameters: LookupParameters,
  builder: PlanBuilder,
): void {
  const source = builder.value(op.input);
  const destination = builder.value(op.output);
  const params = packStruct(lookupParams, paramsOf(parameters, source.rows, source.rowElements));
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
        workgroups: workgroups(source.rows, source.rowElements, WORKGROUP),
        work: 0,
      },
    ),
  );
}
