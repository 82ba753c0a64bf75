import { lowerLstm } from '../../../src/lower/lstm';
import type { Graph, Quantization, TensorId } from '../../../src/model';
import { lstmSequence } from '../../../src/reference/lstm_sequence';

/**
 * Runs a batch-major integer graph of one LSTM by the reference twins: one output per call, state carried over.
 *
 * @param calls int8 inputs, `[batch, time, features]`
 */
export function runIntegerLstm(graph: Graph, batch: number, calls: readonly Int8Array[]): Int8Array[] {
  const [op] = graph.ops;
  if (op?.kind !== 'lstm') throw new Error('expected a graph of one LSTM');
  const parameters = lowerLstm(op, graph).directions[0]!;
  const { inputElements, outputElements, units, outputZeroPoint } = parameters;
  const state = {
    hidden: new Int8Array(batch * outputElements).fill(outputZeroPoint),
    cell: new Int16Array(batch * units),
  };
  return calls.map((input) => {
    const timesteps = input.length / inputElements / batch;
    const output = new Int8Array(batch * timesteps * outputElements);
    lstmSequence({
      parameters,
      reversed: op.directions[0].direction === 'reverse',
      layout: { batch, timesteps, timeStride: 1, batchStride: timesteps },
      lengths: null,
      input,
      state,
      output,
    });
    return output;
  });
}

export function quantizationOf(graph: Graph, id: TensorId): { scale: number; zeroPoint: number } {
  const { scales, zeroPoints }: Quantization = graph.tensors[id]!.quantization!;
  return { scale: scales[0]!, zeroPoint: zeroPoints[0]! };
}

/** Real numbers as int8 of a scale. */
export function toInt8(
  values: Float32Array,
  { scale, zeroPoint }: { scale: number; zeroPoint: number },
): Int8Array {
  return Int8Array.from(values, (value) =>
    Math.min(Math.max(Math.round(value / scale) + zeroPoint, -128), 127),
  );
}
