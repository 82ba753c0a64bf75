import { expect, it } from 'vitest';
import { MismatchError } from '../../src/errors';
import type { MismatchLocation } from '../../src/errors';
import { GpuContext } from '../../src/gpu';
import { createNodeGpu } from '../../src/gpu/node-gpu';
import { shaderSources } from '../support/shader-sources';
import type { Graph, LstmOp, TensorId } from '../../src/model';
import { CheckedExecutor } from '../../src/runtime/checked-executor';
import type { LayerTrace } from '../../src/runtime/executor';
import { GpuExecutor } from '../../src/runtime/gpu/gpu-executor';
import { GpuModel } from '../../src/runtime/gpu/gpu-model';
import { Session } from '../../src/runtime/session';
import { describeOnContext, describeWithAdapter } from '../support/gpu';
import { executable, referenceSession } from '../support/gpu-session';
import { GraphBuilder, perTensor } from '../support/graph-builder';
import { addIntegerLstm, integerLstmGraph, lstmOf, withTensor } from '../support/integer-lstm';
import { Random } from '../support/random';

const [BATCH, TIMESTEPS, INPUTS, UNITS, OUTPUTS, CHANNELS] = [2, 9, 3, 5, 4, 3];
const VARIANT = { layerNorm: false, peephole: true, projection: true, coupledGates: false };

/** A layer with everything that does without layer norm, and a dense layer behind it. */
function model(): Graph {
  const random = new Random(50);
  const builder = new GraphBuilder();
  const input = builder.input([1, 1, INPUTS], { quantization: perTensor(1 / 32, 3) });
  const [hidden] = addIntegerLstm(
    builder,
    input,
    { variant: VARIANT, inputs: INPUTS, units: UNITS, outputs: OUTPUTS },
    random,
  );
  const weights = builder.int8([CHANNELS, OUTPUTS], random.int8(CHANNELS * OUTPUTS));
  return builder.graph([builder.fullyConnected(hidden!, weights, { keepDims: true })]);
}

/** A session whose GPU runs another graph than the one that it is held to. */
function checkedSession(
  context: GpuContext,
  truth: Graph,
  onDevice: Graph,
  options: {
    readonly mode?: 'sample' | 'every';
    readonly batch?: number;
    readonly lstm?: 'sequence' | 'step';
  } = {},
): Session {
  const { mode = 'every', batch = BATCH, lstm = 'sequence' } = options;
  const gpuModel = new GpuModel(executable(onDevice), { lstm }, () => Promise.resolve(context));
  const checked = new CheckedExecutor(new GpuExecutor(gpuModel, batch), executable(truth), batch, mode);
  return new Session(executable(truth), checked, batch, () => undefined);
}

async function mismatchOf(call: Promise<unknown>): Promise<MismatchLocation> {
  const error = await call.then(
    () => new Error('the call passed'),
    (reason: unknown) => reason,
  );
  if (error instanceof MismatchError) return error.location;
  throw error;
}

/** Changes one element of a constant. */
function withElement(graph: Graph, id: TensorId, index: number, change: (value: number) => number): Graph {
  const data = graph.tensors[id]!.data!.slice() as Int8Array | Int16Array | Int32Array;
  data[index] = change(data[index]!);
  return withTensor(graph, id, { data });
}

function withLstm(graph: Graph, change: Partial<LstmOp>): Graph {
  const lstm = lstmOf(graph);
  return { ...graph, ops: graph.ops.map((op) => (op === lstm ? { ...lstm, ...change } : op)) };
}

/** Another sign, or anything but 0: a change that no product but one with 0 hides. */
const flip = (weight: number): number => (weight === 0 ? 64 : -weight);

/** Where a stage of two reference runs first differs; until there the runs are the same. */
async function firstDifference(
  truth: Graph,
  onDevice: Graph,
  input: Int8Array,
  valuesOf: (trace: LayerTrace) => ArrayLike<number>,
): Promise<Omit<MismatchLocation, 'layer' | 'stage'>> {
  const traces = await Promise.all(
    [truth, onDevice].map(async (graph) => {
      const seen: LayerTrace[] = [];
      await referenceSession(graph, BATCH).run(input, { onTrace: (trace) => seen.push(trace) });
      return valuesOf(seen[0]!);
    }),
  );
  const [expected, actual] = traces as [ArrayLike<number>, ArrayLike<number>];
  const index = Array.from(expected).findIndex((value, at) => value !== actual[at]);
  const perRow = expected.length / TIMESTEPS / BATCH;
  return {
    timestep: Math.floor(index / perRow / BATCH),
    batchRow: Math.floor(index / perRow) % BATCH,
    unit: (index % perRow) % UNITS,
    expected: expected[index]!,
    actual: actual[index]!,
  };
}

/** A fault on the device alone, and the stage that has to be named for it. */
interface Fault {
  readonly name: string;
  readonly stage: string;
  readonly inject: (graph: Graph, lstm: LstmOp) => Graph;
  readonly valuesOf: (trace: LayerTrace) => ArrayLike<number>;
}

const FAULTS: readonly Fault[] = [
  {
    name: 'a byte of the input weights',
    stage: 'forget gate input accumulator',
    inject: (graph, lstm) =>
      withElement(graph, lstm.directions[0].gates.forget.inputWeights, 2 * INPUTS + 1, flip),
    valuesOf: ({ inputAccumulator }) => inputAccumulator,
  },
  {
    name: 'a byte of the recurrent weights',
    stage: 'cell gate recurrent accumulator',
    inject: (graph, lstm) =>
      withElement(graph, lstm.directions[0].gates.cell.recurrentWeights, 4 * OUTPUTS + 2, flip),
    valuesOf: ({ recurrentAccumulator }) => recurrentAccumulator,
  },
  {
    name: 'a scale of the input side',
    stage: 'input gate sum',
    inject: (graph, lstm) =>
      withTensor(graph, lstm.directions[0].gates.input!.inputWeights, { quantization: perTensor(0.004) }),
    valuesOf: ({ gateSum }) => gateSum,
  },
  {
    name: 'a peephole of the output gate, which comes after the cell state',
    stage: 'output gate sum',
    inject: (graph, lstm) => withElement(graph, lstm.directions[0].gates.output.peephole!, 3, flip),
    valuesOf: ({ gateSum }) => gateSum,
  },
  {
    name: 'the cell clip, which the peephole of the output gate sees before it is looked at',
    stage: 'cell',
    inject: (graph) => withLstm(graph, { cellClip: 0.01 }),
    valuesOf: ({ cell }) => cell,
  },
  {
    name: 'the zero point of the hidden value',
    stage: 'hidden',
    inject: (graph, lstm) => {
      const [direction] = lstm.directions;
      const hidden = { ...direction.hidden!, zeroPoints: [direction.hidden!.zeroPoints[0]! + 1] };
      return withLstm(graph, { directions: [{ ...direction, hidden }] });
    },
    valuesOf: ({ hidden }) => hidden,
  },
];

describeOnContext('a checked session', (context) => {
  const truth = model();
  const input = new Random(51).int8(BATCH * TIMESTEPS * INPUTS);

  it.each(['sequence', 'step'] as const)('passes what is right, whatever the mode (%s)', async (lstm) => {
    const compared: number[] = [];
    const expected = await referenceSession(truth, BATCH).run(input);
    for (const mode of ['sample', 'every'] as const) {
      const session = checkedSession(context(), truth, truth, { mode, lstm });
      expect(session.comparedValues).toBe(0);
      expect(await session.run(input)).toEqual(expected);
      await session.run(input, { lengths: Int32Array.of(2, 0) });
      compared.push(session.comparedValues);
      session.dispose();
    }
    // Every stage of every row and timestep: 5 per gate, the cell, the hidden value and the output.
    const perTimestep = BATCH * (5 * 4 * UNITS + 2 * UNITS + OUTPUTS);
    expect(compared[1]).toBeGreaterThan(TIMESTEPS * perTimestep);
    expect(compared[0]).toBeLessThan(compared[1]!);
    expect(compared[0]).toBeGreaterThan(0);
  });

  it.each(FAULTS.map((fault) => [fault.name, fault] as const))('locates %s', async (_, fault) => {
    const onDevice = fault.inject(truth, lstmOf(truth));
    const place = await firstDifference(truth, onDevice, input, fault.valuesOf);
    expect(place.expected).not.toBe(place.actual);
    for (const lstm of ['sequence', 'step'] as const) {
      const session = checkedSession(context(), truth, onDevice, { lstm });
      expect(await mismatchOf(session.run(input))).toEqual({ layer: 'lstm_0', stage: fault.stage, ...place });
      session.dispose();
    }
  });

  it('locates a layer-norm coefficient', async () => {
    const variant = { ...VARIANT, layerNorm: true };
    const normalized = integerLstmGraph(
      { variant, inputs: INPUTS, units: UNITS, outputs: OUTPUTS },
      new Random(54),
    );
    const { forget } = lstmOf(normalized).directions[0].gates;
    const onDevice = withElement(normalized, forget.layerNorm!, 3, flip);
    const place = await firstDifference(normalized, onDevice, input, ({ preActivation }) => preActivation);
    const session = checkedSession(context(), normalized, onDevice);
    expect(await mismatchOf(session.run(input))).toEqual({
      layer: 'lstm_0',
      stage: 'forget gate pre-activation',
      ...place,
    });
    session.dispose();
  });

  it('locates a byte of the projection, after the stages that are right', async () => {
    const onDevice = withElement(truth, lstmOf(truth).directions[0].projection!.weights, 1 * UNITS, flip);
    const session = checkedSession(context(), truth, onDevice);
    const location = await mismatchOf(session.run(input));
    expect(location).toMatchObject({ layer: 'lstm_0', timestep: 0, batchRow: 0, unit: 1, stage: 'output' });
    expect(location.expected).not.toBe(location.actual);
    session.dispose();
  });

  it('locates the dense layer behind, by batch row and timestep', async () => {
    const dense = truth.ops[1]!;
    if (dense.kind !== 'fullyConnected') throw new Error('the second op is dense');
    const onDevice = withElement(truth, dense.weights, 2 * OUTPUTS + 3, flip);
    const [expected, actual] = await Promise.all(
      [truth, onDevice].map((graph) => referenceSession(graph, BATCH).run(input)),
    );
    const index = expected!.findIndex((value, position) => value !== actual![position]);
    const row = Math.floor(index / CHANNELS);
    const session = checkedSession(context(), truth, onDevice);
    const call = session.run(input);
    await expect(call).rejects.toThrow(
      `fullyConnected_1: timestep ${row % TIMESTEPS}, batch row ${Math.floor(row / TIMESTEPS)}, unit 2, output: ` +
        `got ${actual![index]}, the reference says ${expected![index]}`,
    );
    session.dispose();
  });

  it('names the earliest timestep, also when a sample finds the fault later', async () => {
    const timesteps = 40;
    const long = new Random(52).int8(BATCH * timesteps * INPUTS);
    // The weight's input is its zero point, and the weight without effect, until timestep 13 of row 1.
    const column = 1;
    for (let row = 0; row < BATCH; row++) {
      for (let time = 0; time < timesteps; time++) {
        const isQuiet = row === 0 || time < 13;
        long[(row * timesteps + time) * INPUTS + column] = isQuiet ? 0 : 90;
      }
    }
    const { forget } = lstmOf(truth).directions[0].gates;
    const onDevice = withElement(truth, forget.inputWeights, 3 * INPUTS + column, (weight) => weight ^ 16);
    // Without the zero point, whose share would show at once.
    const isCentred = (graph: Graph): Graph =>
      withTensor(graph, graph.inputs[0]!, { quantization: perTensor(1 / 32, 0) });
    for (const mode of ['sample', 'every'] as const) {
      const session = checkedSession(context(), isCentred(truth), isCentred(onDevice), { mode });
      expect(await mismatchOf(session.run(long)), mode).toMatchObject({
        timestep: 13,
        batchRow: 1,
        unit: 3,
        stage: 'forget gate input accumulator',
      });
      session.dispose();
    }
  });

  it('is as it was after a mismatch', async () => {
    const onDevice = withElement(truth, lstmOf(truth).directions[0].projection!.weights, 1 * UNITS, flip);
    const session = checkedSession(context(), truth, onDevice);
    const state = referenceSession(truth, BATCH);
    await state.run(input);
    const saved = await state.saveState();
    session.loadState(saved);
    await expect(session.run(input)).rejects.toThrow(MismatchError);
    expect(await session.saveState()).toEqual(saved);
    session.dispose();
  });

  it('counts timesteps of the reverse direction from the end, within each length', async () => {
    const graph = integerLstmGraph(
      { inputs: INPUTS, units: UNITS, directions: ['forward', 'reverse'] },
      new Random(53),
    );
    const reverse = lstmOf(graph).directions[1]!;
    const centred = withTensor(graph, graph.inputs[0]!, { quantization: perTensor(1 / 32, 0) });
    const onDevice = withElement(centred, reverse.gates.output.inputWeights, 0, (weight) => weight ^ 16);
    const quiet = new Int8Array(BATCH * TIMESTEPS * INPUTS);
    // Only timestep 1 of row 1 shows the weight; the row is 6 long, so that is its fifth from the end.
    quiet[(TIMESTEPS + 1) * INPUTS] = 100;
    const session = checkedSession(context(), centred, onDevice);
    const call = session.runNamed(
      { [graph.tensors[graph.inputs[0]!]!.name]: quiet },
      { lengths: Int32Array.of(9, 6) },
    );
    expect(await mismatchOf(call)).toMatchObject({
      layer: 'lstm_0 reverse',
      timestep: 4,
      batchRow: 1,
      unit: 0,
      stage: 'output gate input accumulator',
    });
    session.dispose();
  });
});

describeWithAdapter('a shader that rounds wrongly', () => {
  it('is caught and located', async () => {
    const gpu = await createNodeGpu();
    const file = 'lib/logistic.wgsl';
    const right = shaderSources.get(file)!;
    const wrong = `${right.replace('fn logistic_q3_12(', 'fn right_logistic_q3_12(')}
fn logistic_q3_12(a: i32) -> i32 {
    let value = right_logistic_q3_12(a);
    return select(value, value - 1, value % 2 == 1);
}
`;
    expect(wrong).toContain('fn right_logistic_q3_12(');
    const context = await GpuContext.create({ gpu }, new Map([[file, wrong]]));
    const truth = model();
    const input = new Random(51).int8(BATCH * TIMESTEPS * INPUTS);
    const session = checkedSession(context, truth, truth);
    const location = await mismatchOf(session.run(input));
    expect(location.stage).toMatch(/^(input|forget|output) gate activation$/);
    expect(location).toMatchObject({ layer: 'lstm_0', timestep: 0, batchRow: 0 });
    expect(location.actual).toBe(location.expected - 1);
    context.destroy();
  });
});
