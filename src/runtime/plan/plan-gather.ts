import { contract, gatherParams, paramsOf, workgroups } from '../../contract/kernels/gather';
import { packRows, rowWords } from '../../contract/packing';
import { packStruct } from '../../contract/struct-layout';
import type { LoweredGather } from '../../lower/gather';
import type { PlanBuilder } from './plan-builder';

const WORKGROUP = 64;

/** Plans a look-up of table rows by an input's positions. */
export function planGather({ op, table, tableRows, rowElements }: LoweredGather, builder: PlanBuilder): void {
  const indices = builder.value(op.indices);
  const destination = builder.value(op.output);
  builder.push(
    builder.dispatch(
      contract,
      { overrides: {}, constants: { WORKGROUP } },
      {
        bindings: {
          params: builder.uniform(
            `${op.name} parameters`,
            packStruct(gatherParams, paramsOf(destination.rows, rowElements)),
          ),
          table: builder.constant(`${op.name} table`, tableRows * rowWords(rowElements) * 4, () =>
            packRows(table, tableRows, rowElements),
          ),
          indices: indices.range,
          destination: destination.range,
        },
        workgroups: workgroups(destination.rows, rowElements, WORKGROUP),
        work: 0,
      },
    ),
  );
}
