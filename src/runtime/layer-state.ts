import type { LstmDirectionParameters } from '../contract/lstm-parameters';
import { at } from '../errors';
import type { LoweredLstm } from '../lower/lstm';
import type { Program } from '../lower/program';
import type { LayerState, SessionState } from './executor';

/** One direction of an LSTM layer, with the name under which its state is saved. */
export interface StatefulLayer {
  readonly layer: string;
  readonly lowered: LoweredLstm;
  readonly directionIndex: number;
  readonly parameters: LstmDirectionParameters;
}

/** All directions of all LSTM layers, in the order of a saved state. */
export function statefulLayers({ ops }: Program): StatefulLayer[] {
  return ops
    .filter((lowered) => lowered.kind === 'lstm')
    .flatMap((lowered) =>
      lowered.directions.map((parameters, directionIndex) => ({
        layer: layerName(lowered, directionIndex),
        lowered,
        directionIndex,
        parameters,
      })),
    );
}

/** The op's name, with the direction for bidirectional layers. */
export function layerName({ op, directions }: LoweredLstm, directionIndex: number): string {
  return directions.length === 1 ? op.name : `${op.name} ${at(op.directions, directionIndex).direction}`;
}

/** The state of a new session: hidden states at their zero points, cell states 0. */
export function initialState(program: Program, batch: number): SessionState {
  const layers = statefulLayers(program).map(({ layer, parameters }): LayerState => {
    const { outputElements, units, outputZeroPoint } = parameters;
    return {
      layer,
      hidden: new Int8Array(batch * outputElements).fill(outputZeroPoint),
      cell: new Int16Array(batch * units),
    };
  });
  return { batch, layers };
}

/** An independent copy. */
export function copyState({ batch, layers }: SessionState): SessionState {
  return {
    batch,
    layers: layers.map(({ layer, hidden, cell }) => ({ layer, hidden: hidden.slice(), cell: cell.slice() })),
  };
}

/** Overwrites some batch rows of a state with the same rows of another of the same shape. */
export function copyRows(from: SessionState, to: SessionState, rows: readonly number[]): void {
  for (const row of rows) copyRow(from, row, to, row);
}

/** Overwrites some batch rows of a state with the rows of a state of as many, in the order given. */
export function placeRows(from: SessionState, to: SessionState, rows: readonly number[]): void {
  rows.forEach((row, index) => {
    copyRow(from, index, to, row);
  });
}

/** Some batch rows of a state, in the order given, as a state of their own. */
export function takeRows(from: SessionState, rows: readonly number[]): SessionState {
  const taken: SessionState = {
    batch: rows.length,
    layers: from.layers.map(({ layer, hidden, cell }) => ({
      layer,
      hidden: new Int8Array((hidden.length / from.batch) * rows.length),
      cell: new Int16Array((cell.length / from.batch) * rows.length),
    })),
  };
  rows.forEach((row, index) => {
    copyRow(from, row, taken, index);
  });
  return taken;
}

function copyRow(from: SessionState, fromRow: number, to: SessionState, toRow: number): void {
  to.layers.forEach(({ hidden, cell }, index) => {
    const source = at(from.layers, index);
    const hiddenElements = hidden.length / to.batch;
    const units = cell.length / to.batch;
    hidden.set(
      source.hidden.subarray(fromRow * hiddenElements, (fromRow + 1) * hiddenElements),
      toRow * hiddenElements,
    );
    cell.set(source.cell.subarray(fromRow * units, (fromRow + 1) * units), toRow * units);
  });
}
