/** Every layer, in files of every layout, against TensorFlow.js. */
import { describe, expect, test } from 'vitest';
import { importKeras } from '../../../src/import/keras';
import type { Graph } from '../../../src/model';
import { FloatRunner } from '../../../src/quantize';
import type { FloatTensor } from '../../../src/quantize';
import { archiveFile, weightsFile, wholeModelFile } from '../../support/keras-files';
import { drawKerasModel, sequential } from '../../support/keras-model';
import type { ModelDescription } from '../../support/keras-model';
import { Random } from '../../support/random';

// TensorFlow.js draws orthogonal weights with functions that are no part of its core; they are drawn anew anyway.
const LSTM = {
  units: 5,
  recurrent_activation: 'sigmoid',
  recurrent_initializer: { class_name: 'Zeros', config: {} },
};
const SEQUENCE = { ...LSTM, return_sequences: true };
const FRAMES = [null, null, 6];

function bidirectional(merge_mode: string, inner: object): ModelDescription {
  const layer = { class_name: 'LSTM', config: { name: 'lstm', ...inner } };
  return sequential(FRAMES, [['Bidirectional', { layer, merge_mode }]]);
}

const CHAINS: Readonly<Record<string, ModelDescription>> = {
  'two LSTMs and dense layers': sequential(FRAMES, [
    ['LSTM', SEQUENCE],
    ['Dropout', { rate: 0.3 }],
    ['LSTM', { ...LSTM, units: 4 }],
    ['Dense', { units: 7, activation: 'relu' }],
    ['Dense', { units: 3, activation: 'softmax' }],
  ]),
  'an LSTM without bias': sequential(FRAMES, [['LSTM', { ...SEQUENCE, use_bias: false }]]),
  'an LSTM backwards': sequential(FRAMES, [['LSTM', { ...SEQUENCE, go_backwards: true }]]),
  'the end of an LSTM backwards': sequential(FRAMES, [['LSTM', { ...LSTM, go_backwards: true }]]),
  'both directions side by side': bidirectional('concat', SEQUENCE),
  'the ends of both directions side by side': bidirectional('concat', LSTM),
  'both directions added': bidirectional('sum', SEQUENCE),
  'both directions multiplied': bidirectional('mul', LSTM),
  'both directions averaged': bidirectional('ave', SEQUENCE),
  'an embedding': sequential(
    [null, null],
    [
      ['Embedding', { input_dim: 11, output_dim: 6 }],
      ['LSTM', LSTM],
      ['Dense', { units: 2, activation: 'sigmoid' }],
    ],
  ),
  'dense layers at each timestep': sequential(FRAMES, [
    [
      'TimeDistributed',
      { layer: { class_name: 'Dense', config: { name: 'd', units: 4, activation: 'tanh' } } },
    ],
    ['Dense', { units: 5, use_bias: false }],
    ['TimeDistributed', { layer: { class_name: 'Activation', config: { name: 'a', activation: 'relu6' } } }],
  ]),
  'a convolution': sequential(
    [null, 9, 6],
    [
      ['Conv1D', { filters: 4, kernel_size: [3], strides: [2], padding: 'same', activation: 'relu' }],
      ['Conv1D', { filters: 5, kernel_size: [2], padding: 'valid', activation: 'tanh' }],
      ['Conv1D', { filters: 3, kernel_size: [2], dilation_rate: [2], padding: 'valid', use_bias: false }],
    ],
  ),
  'a convolution of one tap': sequential(FRAMES, [['Conv1D', { filters: 4, kernel_size: [1] }]]),
  normalizations: sequential(FRAMES, [
    ['LayerNormalization', { axis: -1, epsilon: 0.001 }],
    ['BatchNormalization', { axis: 2, epsilon: 0.01 }],
    ['LayerNormalization', { axis: -1, center: false }],
    ['BatchNormalization', { axis: -1, scale: false }],
  ]),
  activations: sequential(FRAMES, [
    ['Activation', { activation: 'linear' }],
    ['LeakyReLU', { alpha: 0.1 }],
    ['Activation', { activation: 'swish' }],
    ['ReLU', { max_value: 6 }],
    ['Softmax', { axis: -1 }],
  ]),
  'other shapes': sequential(
    [null, 4, 6],
    [
      ['Permute', { dims: [2, 1] }],
      ['Reshape', { target_shape: [8, 3] }],
      ['Flatten', {}],
      ['Dense', { units: 5 }],
      ['RepeatVector', { n: 3 }],
      ['LSTM', SEQUENCE],
      ['GlobalAveragePooling1D', {}],
    ],
  ),
};

const BRANCHES: ModelDescription = {
  class_name: 'Functional',
  config: {
    name: 'branches',
    layers: [
      layer(
        'InputLayer',
        'frames',
        { batch_input_shape: [null, null, 6], dtype: 'float32', sparse: false },
        [],
      ),
      layer(
        'InputLayer',
        'context',
        { batch_input_shape: [null, null, 5], dtype: 'float32', sparse: false },
        [],
      ),
      layer('LSTM', 'lstm', SEQUENCE, [['frames']]),
      layer('LSTM', 'second', { ...SEQUENCE, units: 5 }, [['lstm']]),
      // Shared: its weights are used twice.
      layer('Dense', 'shared', { units: 5, activation: 'tanh' }, [['context'], ['lstm']]),
      layer('Add', 'sum', {}, [['lstm', 'second', 'shared']]),
      layer('Multiply', 'product', {}, [['sum', 'shared 1']]),
      layer('Average', 'mean', {}, [['product', 'second']]),
      layer('Maximum', 'most', {}, [['mean', 'lstm']]),
      layer('Minimum', 'least', {}, [['mean', 'second']]),
      layer('Concatenate', 'joined', { axis: -1 }, [['most', 'least', 'context']]),
    ],
    input_layers: [
      ['frames', 0, 0],
      ['context', 0, 0],
    ],
    output_layers: [
      ['joined', 0, 0],
      ['shared', 1, 0],
    ],
  },
};

/** Sources are a layer's name, and the number of its application if it is not the first. */
function layer(
  class_name: string,
  name: string,
  config: object,
  calls: readonly (readonly string[])[],
): ModelDescription['config']['layers'][number] {
  const inbound_nodes = calls.map((sources) =>
    sources.map((source) => {
      const [from = '', call = '0'] = source.split(' ');
      return [from, Number(call), 0, {}] as const;
    }),
  );
  return { class_name, name, config: { name, ...config }, inbound_nodes };
}

const MODELS = { ...CHAINS, 'a graph of two inputs and outputs': BRANCHES };

describe.each(Object.entries(MODELS))('%s', (_, description) => {
  test('computes what TensorFlow.js computes, from files of every layout', async () => {
    const random = new Random(2000);
    const model = await drawKerasModel(description, random);
    const graph = importKeras(await wholeModelFile(model));
    // A reshape states the batch, which is 1.
    const inputs = drawInputs(graph, random, graph.ops.some(({ kind }) => kind === 'reshape') ? 1 : 2);
    const expected = model.run(inputs);
    const found = new FloatRunner(graph).run(inputs);
    expect(found.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
    for (const [index, { data }] of found.entries()) {
      expect(new Set(data).size).toBeGreaterThan(1);
      data.forEach((value, element) => {
        expect(Math.abs(value - expected[index]!.data[element]!)).toBeLessThan(1e-5);
      });
    }
    const config = JSON.stringify(description);
    expect(importKeras(await weightsFile(model), { config })).toEqual(graph);
    expect(anonymous(importKeras(await archiveFile(model, '2.13')))).toEqual(anonymous(graph));
    expect(anonymous(importKeras(await archiveFile(model, '3')))).toEqual(anonymous(graph));
  });
});

/** Without what the versions name differently: the input of a chain, and so the numbers of its layers. */
function anonymous({ ops, tensors, ...graph }: Graph): object {
  return {
    ...graph,
    tensors: tensors.map((tensor) => ({ ...tensor, name: '' })),
    ops: ops.map((op) => ({ ...op, sourceIndex: 0 })),
  };
}

function drawInputs({ inputs, tensors }: Graph, random: Random, batch: number): FloatTensor[] {
  return inputs.map((id) => {
    const { shape: stated, dtype } = tensors[id]!;
    // An open number of timesteps is 1 in the graph, and free.
    const shape = [batch, ...stated.slice(1).map((size, axis) => (size === 1 && axis === 0 ? 5 : size))];
    const length = shape.reduce((product, size) => product * size, 1);
    const draw = (): number => (dtype === 'int32' ? random.integer(0, 10) : random.integer(-100, 100) / 50);
    return { shape, data: Float32Array.from({ length }, draw) };
  });
}
