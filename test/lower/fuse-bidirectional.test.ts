import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importTflite } from '../../src/import/tflite';
import { fuseBidirectional } from '../../src/lower/fuse-bidirectional';
import { executable } from '../support/gpu-session';
import type { Graph, LstmOp, Op, Tensor, TensorId } from '../../src/model';
import { analyzeShapes } from '../../src/model/shapes/analyze';
import { ReferenceExecutor } from '../../src/runtime/reference-executor';

const CASE = '../shared/conformance/1000-000-plain/model.tflite';

/** Forward LSTM, and REVERSE, LSTM with other weights, REVERSE, as converters write a bidirectional layer. */
function bidirectionalByReversal(): { graph: Graph; outputs: readonly TensorId[] } {
  const { tensors, ops, inputs, outputs } = importTflite(readFileSync(CASE));
  const forward = ops[0] as LstmOp;
  const all: Tensor[] = [...tensors];
  const copy = (id: TensorId, change: Partial<Tensor> = {}): TensorId => {
    const tensor = all[id]!;
    all.push({ ...tensor, name: `${tensor.name} copy ${all.length}`, ...change });
    return (all.length - 1) as TensorId;
  };
  const reversedInput = copy(forward.input);
  const lstmOutput = copy(forward.directions[0].output);
  const output = copy(forward.directions[0].output);
  const { cell } = forward.directions[0].gates;
  const otherWeights = copy(cell.inputWeights, {
    data: Int8Array.from((all[cell.inputWeights]!.data as Int8Array).map((weight) => -weight)),
  });
  const axes = [forward.timeMajor ? 0 : 1];
  const added: Op[] = [
    { kind: 'reverse', name: 'reverse_1', sourceIndex: 1, input: forward.input, output: reversedInput, axes },
    {
      ...forward,
      name: 'lstm_2',
      sourceIndex: 2,
      input: reversedInput,
      directions: [
        {
          ...forward.directions[0],
          gates: { ...forward.directions[0].gates, cell: { ...cell, inputWeights: otherWeights } },
          outputState: copy(forward.directions[0].outputState),
          cellState: copy(forward.directions[0].cellState),
          output: lstmOutput,
        },
      ],
    },
    { kind: 'reverse', name: 'reverse_3', sourceIndex: 3, input: lstmOutput, output, axes },
  ];
  const allOutputs = [...outputs, output];
  return {
    graph: { name: 'bidirectional', tensors: all, ops: [...ops, ...added], inputs, outputs: allOutputs },
    outputs: allOutputs,
  };
}

async function run(graph: Graph, outputs: readonly TensorId[]): Promise<Int8Array[]> {
  const shapes = analyzeShapes(graph);
  const { inFile: batch } = shapes.batch;
  const { inFile: timesteps } = shapes.timesteps;
  const executor = new ReferenceExecutor({ ...executable(graph), shapes }, batch);
  const input = graph.inputs[0]!;
  const elements = graph.tensors[input]!.shape.reduce((product, size) => product * size, 1);
  const values = Int8Array.from({ length: elements }, (_, index) => ((index * 73) % 256) - 128);
  const result = await executor.run({
    inputs: new Map([[input, values]]),
    timesteps,
    lengths: null,
    signal: null,
    onProgress: null,
    onTrace: null,
    wanted: outputs,
    onAdvanced: () => undefined,
  });
  return outputs.map((id) => result.get(id) as Int8Array);
}

describe('fuseBidirectional', () => {
  it('makes one layer of a forward and a reversed LSTM, with the same bits', async () => {
    const { graph, outputs } = bidirectionalByReversal();
    const fused = fuseBidirectional(graph);
    expect(fused.ops.map(({ kind }) => kind)).toEqual(['lstm']);
    const [layer] = fused.ops;
    expect(layer?.kind === 'lstm' && layer.directions.map(({ direction }) => direction)).toEqual([
      'forward',
      'reverse',
    ]);
    expect(await run(fused, outputs)).toEqual(await run(graph, outputs));
  });

  it('leaves a reversed LSTM alone whose output is read as it is', () => {
    const { graph } = bidirectionalByReversal();
    const reversed = graph.ops[2] as LstmOp;
    const read = { ...graph, outputs: [...graph.outputs, reversed.directions[0].output] };
    expect(fuseBidirectional(read).ops).toEqual(read.ops);
  });

  it('leaves layers alone that differ in size or options', () => {
    const { graph } = bidirectionalByReversal();
    const ops = graph.ops.map((op) => (op.name === 'lstm_2' ? { ...(op as LstmOp), cellClip: 0.5 } : op));
    const fused = fuseBidirectional({ ...graph, ops });
    expect(fused.ops.map(({ kind }) => kind)).toEqual(['lstm', 'lstm']);
    expect((fused.ops[1] as LstmOp).directions[0].direction).toBe('reverse');
  });
});
