import { beforeAll, expect, it } from 'vitest';
import { exportTflite } from '../../src/export/tflite';
import { createNodeGpu } from '../../src/gpu/node-gpu';
import { Octogate } from '../../src/index';
import type { Graph, TensorId } from '../../src/model';
import { describeWithAdapter } from '../support/gpu';
import { GraphBuilder, perTensor } from '../support/graph-builder';
import { Random } from '../support/random';

const FEATURES = 6;
const UNITS = 5;

/** One timestep of an unrolled LSTM: x, h and c in, the new h and c out, all int8, as converters write it. */
function unrolledStep(random: Random): Graph {
  const builder = new GraphBuilder();
  const hidden = perTensor(1 / 128);
  const cell = perTensor(1 / 32, 3);
  const squashed = perTensor(1 / 256, -128);
  const x = builder.input([1, FEATURES]);
  const h = builder.input([1, UNITS], { quantization: hidden });
  const c = builder.input([1, UNITS], { quantization: cell });
  const row = (quantization = hidden): TensorId => builder.tensor([1, UNITS], { quantization });
  const product = (from: TensorId, length: number): TensorId =>
    builder.fullyConnected(from, builder.int8([4 * UNITS, length], random.int8(4 * UNITS * length)), {
      output: builder.tensor([1, 4 * UNITS], { quantization: perTensor(1 / 16) }),
    });
  const binary = (
    operation: 'add' | 'multiply',
    left: TensorId,
    right: TensorId,
    output: TensorId,
  ): TensorId => {
    builder.op({ kind: 'binary', operation, left, right, output, activation: 'none' });
    return output;
  };
  const unary = (kind: 'logistic' | 'tanh', input: TensorId, output: TensorId): TensorId => {
    builder.op({ kind, input, output });
    return output;
  };
  const sums = builder.tensor([1, 4 * UNITS], { quantization: perTensor(1 / 12) });
  binary('add', product(x, FEATURES), product(h, UNITS), sums);
  const gates = [0, 1, 2, 3].map(() => row(perTensor(1 / 12)));
  builder.op({ kind: 'split', input: sums, outputs: gates, axis: 1, sizes: null });
  const [input, forget, candidate, output] = gates as [TensorId, TensorId, TensorId, TensorId];
  const kept = binary('multiply', unary('logistic', forget, row(squashed)), c, row(cell));
  const added = binary(
    'multiply',
    unary('logistic', input, row(squashed)),
    unary('tanh', candidate, row()),
    row(cell),
  );
  const newCell = binary('add', kept, added, row(cell));
  const open = unary('logistic', output, row(squashed));
  const newHidden = binary('multiply', open, unary('tanh', newCell, row()), row());
  return builder.graph([newHidden, newCell]);
}

describeWithAdapter('a model that carries its state as tensors', () => {
  let gpu: GPU;
  beforeAll(async () => {
    gpu = await createNodeGpu();
  });

  it('is fed its own outputs from call to call, with the same bits on both backends', async () => {
    const random = new Random(2024);
    const bytes = exportTflite(unrolledStep(random));
    const frames = Array.from({ length: 8 }, () => random.int8(FEATURES));
    const results: Record<string, Int8Array>[][] = [];
    for (const backend of ['reference', 'webgpu'] as const) {
      const model = await Octogate.load(bytes, { backend, gpu });
      const [x, h, c] = model.inputs.map(({ name }) => name) as [string, string, string];
      const [newHidden, newCell] = model.outputs.map(({ name }) => name) as [string, string];
      const session = model.createSession();
      let state: Record<string, Int8Array> = { [h]: new Int8Array(UNITS), [c]: new Int8Array(UNITS).fill(3) };
      const outputs: Record<string, Int8Array>[] = [];
      for (const frame of frames) {
        const result = (await session.runNamed({ [x]: frame, ...state })) as Record<string, Int8Array>;
        outputs.push(result);
        state = { [h]: result[newHidden]!, [c]: result[newCell]! };
      }
      results.push(outputs);
      model.dispose();
    }
    const [reference, device] = results;
    expect(device, `seed ${random.seed}`).toEqual(reference);
    expect(new Set(reference!.flatMap((outputs) => [...Object.values(outputs)[1]!])).size).toBeGreaterThan(
      10,
    );
  });
});
