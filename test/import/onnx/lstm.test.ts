/** The LSTM operator with all its attributes, against ONNX Runtime. */
import { describe, expect, it, test } from 'vitest';
import { UnsupportedModelError } from '../../../src/errors';
import { importOnnx, readOnnx } from '../../../src/import/onnx';
import type { LstmOp } from '../../../src/model';
import { FloatRunner } from '../../../src/quantize';
import {
  expectAsOnnxRuntime,
  largestDifference,
  randomFloats,
  randomTensor,
} from '../../support/compare-onnx';
import type { OnnxAttribute, OnnxDimension } from '../../support/onnx-model';
import { OnnxBuilder } from '../../support/onnx-model';
import { runOnnx } from '../../support/onnx-oracle';

const [STEPS, BATCH, FEATURES, UNITS] = [5, 3, 4, 6];

interface LayerOptions {
  readonly direction?: 'forward' | 'reverse' | 'bidirectional';
  readonly hasBias?: boolean;
  readonly hasPeepholes?: boolean;
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  /** Names of sequence_lens, initial_h and initial_c. */
  readonly optional?: readonly [string, string, string];
  readonly outputs?: readonly string[];
  readonly input?: string;
}

/** Adds a layer with random weights. */
function addLstm(builder: OnnxBuilder, options: LayerOptions = {}): void {
  const { direction = 'forward', hasBias = true, hasPeepholes = false, attributes = {} } = options;
  const { optional = ['', '', ''], outputs = ['Y', 'Y_h', 'Y_c'], input = 'X' } = options;
  const count = direction === 'bidirectional' ? 2 : 1;
  const weights = (name: string, shape: readonly number[], seed: number): string =>
    builder.floats(
      name,
      shape,
      randomFloats(
        shape.reduce((product, size) => product * size, 1),
        seed,
      ),
    );
  const inputs = [
    input,
    weights('W', [count, 4 * UNITS, FEATURES], 1),
    weights('R', [count, 4 * UNITS, UNITS], 2),
    hasBias ? weights('B', [count, 8 * UNITS], 3) : '',
    ...optional,
    hasPeepholes ? weights('P', [count, 3 * UNITS], 4) : '',
  ];
  builder.node('LSTM', inputs, outputs, { hidden_size: UNITS, direction, ...attributes }, { name: 'layer' });
}

function lstmModel(
  options: LayerOptions = {},
  shape: readonly OnnxDimension[] = [STEPS, BATCH, FEATURES],
): Uint8Array {
  const builder = new OnnxBuilder(14);
  builder.input('X', shape);
  addLstm(builder, options);
  builder.output('Y', 4);
  builder.output('Y_h', 3);
  return builder.build();
}

const X = randomTensor([STEPS, BATCH, FEATURES], 9);

describe('variants', () => {
  const directions = ['forward', 'reverse', 'bidirectional'] as const;
  const variants = directions.flatMap((direction) =>
    [false, true].flatMap((hasPeepholes) =>
      [0, 1].map((coupled) => ({ direction, hasPeepholes, attributes: { input_forget: coupled } })),
    ),
  );
  test.each(variants)('$direction, peepholes $hasPeepholes, $attributes', async (options) => {
    await expectAsOnnxRuntime(lstmModel(options), { X });
  });

  it('needs no bias', async () => {
    await expectAsOnnxRuntime(lstmModel({ hasBias: false }), { X });
  });

  it('runs in the order of dimensions that the file has, without a transpose', () => {
    const graph = importOnnx(lstmModel());
    expect((graph.ops[0] as LstmOp).timeMajor).toBe(true);
    expect(graph.ops.map(({ kind }) => kind)).toEqual(['lstm', 'reshape', 'slice', 'reshape']);
  });

  it('reads layout 1 as layout 0 between transposes', async () => {
    // ONNX Runtime has layout 0 only, so its results are put in order here.
    const builder = new OnnxBuilder(14);
    builder.input('X', [BATCH, STEPS, FEATURES]);
    addLstm(builder, { direction: 'bidirectional', attributes: { layout: 1 } });
    builder.output('Y', 4);
    builder.output('Y_h', 3);
    const other = new OnnxBuilder(14);
    other.input('X', [BATCH, STEPS, FEATURES]);
    other.node('Transpose', ['X'], 'timeMajor', { perm: [1, 0, 2] });
    addLstm(other, { direction: 'bidirectional', input: 'timeMajor', outputs: ['Y0', 'Y_h0'] });
    other.node('Transpose', ['Y0'], 'Y', { perm: [2, 0, 1, 3] });
    other.node('Transpose', ['Y_h0'], 'Y_h', { perm: [1, 0, 2] });
    other.output('Y', 4);
    other.output('Y_h', 3);
    const input = randomTensor([BATCH, STEPS, FEATURES], 9);
    await expectAsOnnxRuntime(other.build(), { X: input });
    const [expected] = await runOnnx(other.build(), [{ X: input }]);
    const data = Float32Array.from(input.data, Number);
    const found = new FloatRunner(importOnnx(builder.build())).run([{ ...input, data }]);
    for (const [index, name] of ['Y', 'Y_h'].entries()) {
      const wanted = expected![name]!;
      expect(found[index]!.shape).toEqual(wanted.shape);
      expect(largestDifference(found[index]!.data, wanted.data as Float32Array)).toBeLessThan(1e-5);
    }
  });
});

describe('what exporters write around a layer', () => {
  it('leaves no transposes of a batch-first PyTorch layer, whatever its directions', () => {
    for (const direction of ['forward', 'bidirectional'] as const) {
      const builder = new OnnxBuilder(14);
      const width = direction === 'forward' ? UNITS : 2 * UNITS;
      builder.input('rows', ['batch', 'time', FEATURES]);
      builder.node('Transpose', ['rows'], 'X', { perm: [1, 0, 2] });
      addLstm(builder, { direction });
      builder.node('Transpose', ['Y'], 'apart', { perm: [0, 2, 1, 3] });
      builder.integers('merged', [0, 0, -1]);
      builder.node('Reshape', ['apart', 'merged'], 'joined');
      builder.node('Transpose', ['joined'], 'hidden', { perm: [1, 0, 2] });
      builder.output('hidden', 3);
      const graph = importOnnx(builder.build());
      const expected = direction === 'forward' ? ['lstm'] : ['lstm', 'concatenation'];
      expect(graph.ops.map(({ kind }) => kind)).toEqual(expected);
      expect(graph.tensors[graph.outputs[0]!]!.shape).toEqual([1, 1, width]);
    }
  });

  it('takes the last output of a Keras layer without return_sequences', async () => {
    const builder = new OnnxBuilder(14);
    builder.input('rows', [BATCH, STEPS, FEATURES]);
    builder.node('Transpose', ['rows'], 'X', { perm: [1, 0, 2] });
    addLstm(builder, { outputs: ['', 'Y_h'] });
    builder.integers('axes', [0]);
    builder.node('Squeeze', ['Y_h', 'axes'], 'last');
    builder.output('last', 2);
    const graph = await expectAsOnnxRuntime(builder.build(), {
      rows: randomTensor([BATCH, STEPS, FEATURES], 9),
    });
    expect(graph.ops.map(({ kind }) => kind)).toEqual(['lstm', 'slice']);
  });
});

describe('states', () => {
  /** A layer whose states are inputs and outputs of the model, in one tensor. */
  function streaming(attributes: Readonly<Record<string, OnnxAttribute>> = {}): OnnxBuilder {
    const builder = new OnnxBuilder(14);
    builder.input('X', [1, 'batch', FEATURES]);
    builder.input('states', [2, 'batch', UNITS]);
    builder.integers('ones', [1, 1]);
    builder.node('Split', ['states', 'ones'], ['h', 'c'], { axis: 0 });
    addLstm(builder, { optional: ['', 'h', 'c'], attributes });
    builder.node('Concat', ['Y_h', 'Y_c'], 'newStates', { axis: 0 });
    builder.output('Y', 4);
    builder.output('newStates', 3);
    return builder;
  }

  it('that a model takes and returns become the session’s', async () => {
    const model = streaming().build();
    const { graph, notes } = readOnnx(model);
    expect(graph.inputs.map((id) => graph.tensors[id]!.name)).toEqual(['X']);
    expect(graph.outputs.map((id) => graph.tensors[id]!.name)).toEqual(['Y']);
    expect(notes.map(({ subject }) => subject)).toEqual(['input "states" and output "newStates"']);
    const runner = new FloatRunner(graph);
    let states = new Float32Array(2 * BATCH * UNITS);
    for (let step = 0; step < 4; step++) {
      const input = randomTensor([1, BATCH, FEATURES], step);
      const call = { X: input, states: { shape: [2, BATCH, UNITS], data: states } };
      const [expected] = await runOnnx(model, [call]);
      states = expected!['newStates']!.data as Float32Array<ArrayBuffer>;
      const [found] = runner.run([{ ...input, data: Float32Array.from(input.data, Number) }]);
      expect(largestDifference(found!.data, expected!['Y']!.data as Float32Array)).toBeLessThan(1e-5);
    }
  });

  it('that start at zero are what a session starts with', async () => {
    const builder = new OnnxBuilder(14);
    builder.input('X', [STEPS, 'batch', FEATURES]);
    builder.integers('index', [1]);
    builder.integers('one', [1]);
    builder.integers('units', [UNITS]);
    builder.node('Shape', ['X'], 'shape');
    builder.node('Gather', ['shape', 'index'], 'size');
    builder.node('Concat', ['one', 'size', 'units'], 'stateShape', { axis: 0 });
    builder.node('ConstantOfShape', ['stateShape'], 'zeros');
    addLstm(builder, { optional: ['', 'zeros', 'zeros'] });
    builder.output('Y', 4);
    await expectAsOnnxRuntime(builder.build(), { X });
  });

  it('that are only returned: h is the last output, c is left to saveState', () => {
    const builder = new OnnxBuilder(14);
    builder.input('X', [STEPS, BATCH, FEATURES]);
    addLstm(builder);
    for (const [name, rank] of [
      ['Y', 4],
      ['Y_h', 3],
      ['Y_c', 3],
    ] as const)
      builder.output(name, rank);
    const { graph, notes } = readOnnx(builder.build());
    expect(graph.outputs.map((id) => graph.tensors[id]!.name)).toEqual(['Y', 'Y_h']);
    expect(notes).toEqual([
      {
        subject: 'output "Y_c"',
        note: 'it is the cell state after the last timestep, which saveState of a session gives',
      },
    ]);
  });

  const refused: readonly [string, (builder: OnnxBuilder) => void, RegExp][] = [
    [
      'that do not come back',
      (builder) => {
        builder.input('h', [1, BATCH, UNITS]);
        builder.input('c', [1, BATCH, UNITS]);
        addLstm(builder, { optional: ['', 'h', 'c'] });
      },
      /layer": its initial_h is the input "h" of the model, and no output gives Y_h back/,
    ],
    [
      'that come back in another order',
      (builder) => {
        builder.input('h', [1, BATCH, UNITS]);
        builder.input('c', [1, BATCH, UNITS]);
        addLstm(builder, { optional: ['', 'h', 'c'], outputs: ['Y', 'Y_h', 'Y_c'] });
        builder.integers('backwards', [2, 1, 0]);
        builder.node('Gather', ['Y_h', 'backwards'], 'h_new', { axis: 1 });
        builder.node('Identity', ['Y_c'], 'c_new');
        builder.output('h_new', 3);
        builder.output('c_new', 3);
      },
      /its initial_h is the input "h"/,
    ],
    [
      'of which one starts anew with every call',
      (builder) => {
        builder.input('h', [1, BATCH, UNITS]);
        addLstm(builder, { optional: ['', 'h', ''] });
        builder.output('Y_h', 3);
      },
      /one of its states is an input of the model, the other starts at zero/,
    ],
    [
      'that are computed',
      (builder) => {
        builder.input('h', [1, BATCH, UNITS]);
        builder.node('Tanh', ['h'], 'tanh');
        addLstm(builder, { optional: ['', 'tanh', ''] });
      },
      /its initial_h is computed by the model/,
    ],
    [
      'that are constant and not zero',
      (builder) => {
        builder.floats('h', [1, BATCH, UNITS], new Float32Array(BATCH * UNITS).fill(0.5));
        addLstm(builder, { optional: ['', 'h', ''] });
      },
      /its initial_h is a constant other than zero/,
    ],
    [
      'that something computes with',
      (builder) => {
        addLstm(builder);
        builder.node('Tanh', ['Y_c'], 'squashed');
        builder.output('squashed', 3);
      },
      /its Y_c is used to compute something/,
    ],
  ];
  test.each(refused)('%s are refused by name', (_, build, message) => {
    const builder = new OnnxBuilder(14);
    builder.input('X', [STEPS, BATCH, FEATURES]);
    build(builder);
    builder.output('Y', 4);
    expect(() => importOnnx(builder.build())).toThrow(UnsupportedModelError);
    expect(() => importOnnx(builder.build())).toThrow(message);
  });
});

describe('attributes without a counterpart', () => {
  it('are refused, all at once', () => {
    const model = lstmModel({
      attributes: { clip: { float: 3 }, activations: ['Sigmoid', 'Relu', 'Tanh'] },
    });
    expect(() => importOnnx(model)).toThrow(
      /2 things cannot run:[^]*layer": its clip is 3,[^]*layer": its activations are Sigmoid, Relu, Tanh/,
    );
  });

  it('are left out where they change nothing', async () => {
    const attributes = { clip: { float: 20 }, activations: ['Sigmoid', 'Tanh', 'Tanh'] };
    await expectAsOnnxRuntime(lstmModel({ attributes }), { X });
  });

  it('refuses what it does not know', () => {
    expect(() => importOnnx(lstmModel({ attributes: { novelty: 1 } }))).toThrow(
      /attribute "novelty" is not known/,
    );
  });
});

describe('sequence_lens', () => {
  const withLengths = (lengths: readonly number[]): Uint8Array => {
    const builder = new OnnxBuilder(14);
    builder.input('X', [STEPS, BATCH, FEATURES]);
    addLstm(builder, { optional: [builder.int32('lengths', lengths), '', ''] });
    builder.output('Y', 4);
    return builder.build();
  };

  it('may say that every sequence is as long as the input', async () => {
    await expectAsOnnxRuntime(withLengths([STEPS, STEPS, STEPS]), { X });
  });

  it('may not say anything else', () => {
    expect(() => importOnnx(withLengths([STEPS, 2, STEPS]))).toThrow(
      /its sequence_lens are \[5, 2, 5\]; none are expected: [^]* give lengths to session.run/,
    );
  });
});
