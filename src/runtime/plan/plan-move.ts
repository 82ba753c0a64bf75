import { contract, moveParams, paramsOf, workgroups } from '../../contract/kernels/move';
import { packStruct } from '../../contract/struct-layout';
import { keepsLayout, movePieces } from '../../lower/moves';
import type { LoweredMove } from '../../lower/moves';
import type { PlanBuilder } from './plan-builder';

const WORKGROUP = 64;

/** Plans an op that only carries bytes; where none would move, its output is its input under another name. */
export function planMove(lowered: LoweredMove, builder: PlanBuilder): void {
  const pieces = movePieces(lowered, builder.shapes);
  const [first] = pieces;
  if (first !== undefined && keepsLayout(lowered, builder.shapes)) {
    builder.alias(first.destination, builder.value(first.source).range);
    return;
  }
  pieces.forEach(({ source, destination, parameters }, index) => {
    builder.push(
      builder.dispatch(
        contract,
        { overrides: {}, constants: { WORKGROUP } },
        {
          bindings: {
            params: builder.uniform(
              `${lowered.op.name} piece ${index} parameters`,
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
