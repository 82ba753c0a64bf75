import { contract, moveParams, paramsOf, workgroups } from '../../contract/kernels/move';
import { packStruct } from '../../contract/struct-layout';
import { keepsLayout, movePieces } from '../../lower/moves';
import type { MoveOp } from '../../lower/moves';
import type { PlanBuilder } from './plan-builder';

const WORKGROUP = 64;

/** Plans an op that only carries bytes; where none would move, its output is its input under another name. */
export function planMove(op: MoveOp, builder: PlanBuilder): void {
  if (keepsLayout(op, builder.shapes)) {
    builder.alias(op.output, builder.value(op.input).range);
    return;
  }
  movePieces(op, builder.shapes).forEach(({ source, destination, parameters }, index) => {
    builder.push(
      builder.dispatch(
        contract,
        { overrides: {}, constants: { WORKGROUP } },
        {
          bindings: {
            params: builder.uniform(
              `${op.name} piece ${index} parameters`,
              packStruct(moveParams, paramsOf(parameters)),
            ),
            source: builder.value(source).range,
            destination: builder.value(destination).range,
          },
          workgroups: workgroups(parameters, WORKGROUP),
          work: 0,
        },
      ),
    );
  });
}
