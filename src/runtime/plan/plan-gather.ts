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
  const words = table instanceof Int8Array ? rowWords(rowElements) : rowElements;
  builder.push(
    builder.dispatch(
      contract,
      { overrides: {}, constants: { WORKGROUP } },
      {
        bindings: {
          params: builder.uniform(
            `${op.name} parameters`,
            packStruct(gatherParams, paramsOf(destination.rows, words)),
          ),
          table: builder.constant(`${op.name} table`, tableRows * words * 4, () =>
            table instanceof Int8Array ? packRows(table, tableRows, rowElements) : new Float32Array(table),
          ),
          indices: indices.range,
          destination: destination.range,
        },
        workgroups: workgroups(destination.rows, words, WORKGROUP),
        work: 0,
      },
    ),
  );
}
