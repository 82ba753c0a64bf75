import { paddedUnits } from '../../contract/lstm-packing';
import { at } from '../../errors';
import type { LoweredLstm } from '../../lower/lstm';
import type { SequenceLayout } from '../../reference/lstm_sequence';
import type { LayerTrace } from '../executor';
import { createTrace } from '../trace-recorder';

/** Words of a cell's record in the stages buffer; see shaders/kernels/lstm_step.wgsl. */
const RECORD_WORDS = 12;

/** The traces of a layer's directions from the stages and input accumulators that its kernels wrote. */
export function decodeTraces(
  lowered: LoweredLstm,
  layout: SequenceLayout,
  run: { readonly firstTimestep: number; readonly lengths: ArrayLike<number> | null; readonly rows: number },
  stages: Int32Array,
  inputAccumulators: Int32Array,
): LayerTrace[] {
  return lowered.directions.map(({ units }, directionIndex) => {
    const trace = createTrace(lowered, directionIndex, layout, run.firstTimestep);
    const padded = paddedUnits(units);
    const isReversed = at(lowered.op.directions, directionIndex).direction === 'reverse';
    for (let timestep = 0; timestep < layout.timesteps; timestep++) {
      for (let batchRow = 0; batchRow < layout.batch; batchRow++) {
        const length = run.lengths === null ? layout.timesteps : at(run.lengths, batchRow);
        if (timestep >= length) continue;
        const time = isReversed ? length - 1 - timestep : timestep;
        const row = time * layout.timeStride + batchRow * layout.batchStride;
        const inputStart = (directionIndex * run.rows + row) * padded * 4;
        const stageStart =
          ((timestep * lowered.directions.length + directionIndex) * layout.batch + batchRow) *
          units *
          RECORD_WORDS;
        const target = timestep * layout.batch + batchRow;
        decodeRow(
          trace,
          target,
          inputAccumulators.subarray(inputStart, inputStart + padded * 4),
          stages.subarray(stageStart, stageStart + units * RECORD_WORDS),
        );
      }
    }
    return trace;
  });
}

function decodeRow(trace: LayerTrace, row: number, inputAccumulators: Int32Array, stages: Int32Array): void {
  const { units } = trace;
  for (let unit = 0; unit < units; unit++) {
    const record = unit * RECORD_WORDS;
    for (let gate = 0; gate < 4; gate++) {
      const index = (row * 4 + gate) * units + unit;
      trace.inputAccumulator[index] = at(inputAccumulators, unit * 4 + gate);
      trace.recurrentAccumulator[index] = at(stages, record + gate);
      trace.gateSum[index] = halfOf(stages, record + 4, gate);
      trace.preActivation[index] = halfOf(stages, record + 6, gate);
      trace.activation[index] = halfOf(stages, record + 8, gate);
    }
    trace.cell[row * units + unit] = at(stages, record + 10);
    trace.hidden[row * units + unit] = at(stages, record + 11);
  }
}

/** One of four int16 in two words, the first of each pair in the low half. */
function halfOf(words: Int32Array, start: number, gate: number): number {
  const word = at(words, start + (gate >> 1));
  return gate % 2 === 0 ? (word << 16) >> 16 : word >> 16;
}
