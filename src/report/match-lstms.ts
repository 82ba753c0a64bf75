import { at } from '../errors';
import type { Graph, LstmDirection, LstmOp } from '../model';
import { LstmComparison } from './lstm-comparison';

/** Directions of LSTM layers whose cell states have the same name in both graphs. */
export function matchLstms(float: Graph, integer: Graph): LstmComparison[] {
  const sources = new Map(
    directionsOf(float).map(({ op, direction }) => [
      cellName(float, direction),
      { graph: float, op, direction },
    ]),
  );
  return directionsOf(integer).flatMap(({ direction, layer }) => {
    const source = sources.get(cellName(integer, direction));
    if (source === undefined) return [];
    return [new LstmComparison(layer, source, { graph: integer, direction })];
  });
}

interface DirectionOfLayer {
  readonly op: LstmOp;
  readonly direction: LstmDirection;
  /** As a trace names it. */
  readonly layer: string;
}

function directionsOf({ ops }: Graph): DirectionOfLayer[] {
  return ops.flatMap((op) =>
    op.kind === 'lstm'
      ? op.directions.map((direction) => ({
          op,
          direction,
          layer: op.directions.length === 1 ? op.name : `${op.name} ${direction.direction}`,
        }))
      : [],
  );
}

function cellName({ tensors }: Graph, { cellState }: LstmDirection): string {
  return at(tensors, cellState).name;
}
