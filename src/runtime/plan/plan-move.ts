import * as bytes from '../../contract/kernels/move';
import * as words from '../../contract/kernels/move_words';
import type { MoveParameters } from '../../contract/op-parameters';
import { packStruct } from '../../contract/struct-layout';
import { keepsLayout, movePieces } from '../../lower/moves';
import type { LoweredMove } from '../../lower/moves';
import type { PlanBuilder } from './plan-builder';

const WORKGROUP = 64;
const SPECIALIZATION = { overrides: {}, constants: { WORKGROUP } } as const;

/** Plans an op that only carries values; where none would move, its output is its input under another name. */
export function planMove(lowered: LoweredMove, builder: PlanBuilder): void {
  const pieces = movePieces(lowered, builder.shapes);
  const [first] = pieces;
  if (first !== undefined && keepsLayout(lowered, builder.shapes)) {
    builder.alias(first.destination, builder.value(first.source).range);
    return;
  }
  const isPacked = lowered.dtype === 'int8';
  pieces.forEach(({ source, destination, parameters }, index) => {
    builder.push(
      builder.dispatch(isPacked ? bytes.contract : words.contract, SPECIALIZATION, {
        bindings: {
          params: builder.uniform(
            `${lowered.op.name} piece ${index} parameters`,
            isPacked ? packBytes(parameters) : packWords(parameters),
          ),
          source: builder.value(source).range,
          destination: builder.value(destination).range,
        },
        workgroups: (isPacked ? bytes : words).workgroups(parameters, WORKGROUP),
        work: 0,
      }),
    );
  });
}

function packBytes(parameters: MoveParameters): ArrayBuffer {
  return packStruct(bytes.moveParams, bytes.paramsOf(parameters));
}

function packWords(parameters: MoveParameters): ArrayBuffer {
  return packStruct(words.moveWordsParams, words.paramsOf(parameters));
}
