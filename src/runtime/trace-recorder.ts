import { at } from '../errors';
import type { LoweredLstm } from '../lower/lstm';
import type { LstmStepEvent, SequenceLayout } from '../reference/lstm_sequence';
import type { LayerTrace } from './executor';
import { layerName } from './layer-state';

/** An empty trace of one direction of a layer, to be filled in. */
export function createTrace(
  lowered: LoweredLstm,
  directionIndex: number,
  { batch, timesteps }: SequenceLayout,
  firstTimestep: number,
): LayerTrace {
  const { units } = at(lowered.directions, directionIndex);
  const cells = timesteps * batch * units;
  return {
    layer: layerName(lowered, directionIndex),
    direction: at(lowered.op.directions, directionIndex).direction,
    firstTimestep,
    timesteps,
    batch,
    units,
    inputAccumulator: new Int32Array(4 * cells),
    recurrentAccumulator: new Int32Array(4 * cells),
    gateSum: new Int16Array(4 * cells),
    preActivation: new Int16Array(4 * cells),
    activation: new Int16Array(4 * cells),
    cell: new Int16Array(cells),
    hidden: new Int8Array(cells),
  };
}

/** Copies what the reference did in one timestep of one batch row. */
export function recordStep(
  trace: LayerTrace,
  { batchRow, timestep, inputAccumulator, stages, cell }: LstmStepEvent,
): void {
  const row = timestep * trace.batch + batchRow;
  trace.inputAccumulator.set(inputAccumulator, row * 4 * trace.units);
  trace.recurrentAccumulator.set(stages.recurrentAccumulator, row * 4 * trace.units);
  trace.gateSum.set(stages.gateSum, row * 4 * trace.units);
  trace.preActivation.set(stages.preActivation, row * 4 * trace.units);
  trace.activation.set(stages.activation, row * 4 * trace.units);
  trace.cell.set(cell, row * trace.units);
  trace.hidden.set(stages.hidden, row * trace.units);
}

/**
 * The traces of consecutive parts of a call as one.
 *
 * @param parts in order, at least one
 */
export function joinTraces(parts: readonly LayerTrace[]): LayerTrace {
  const first = at(parts, 0);
  if (parts.length === 1) return first;
  const timesteps = parts.reduce((sum, part) => sum + part.timesteps, 0);
  const cells = timesteps * first.batch * first.units;
  const joined: LayerTrace = {
    ...first,
    timesteps,
    inputAccumulator: new Int32Array(4 * cells),
    recurrentAccumulator: new Int32Array(4 * cells),
    gateSum: new Int16Array(4 * cells),
    preActivation: new Int16Array(4 * cells),
    activation: new Int16Array(4 * cells),
    cell: new Int16Array(cells),
    hidden: new Int8Array(cells),
  };
  for (const part of parts) {
    const start = (part.firstTimestep - first.firstTimestep) * first.batch * first.units;
    joined.inputAccumulator.set(part.inputAccumulator, 4 * start);
    joined.recurrentAccumulator.set(part.recurrentAccumulator, 4 * start);
    joined.gateSum.set(part.gateSum, 4 * start);
    joined.preActivation.set(part.preActivation, 4 * start);
    joined.activation.set(part.activation, 4 * start);
    joined.cell.set(part.cell, start);
    joined.hidden.set(part.hidden, start);
  }
  return joined;
}
