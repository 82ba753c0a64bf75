/** What is not read is refused by layer, all at once, with what to do; what contradicts itself is told apart from that. */
import { describe, expect, test } from 'vitest';
import { importKeras } from '../../../src/import/keras';
import { hdf5File, weightsFile, wholeModelFile } from '../../support/keras-files';
import { drawKerasModel, sequential } from '../../support/keras-model';
import type { LayerDescription, ModelDescription } from '../../support/keras-model';
import { Random } from '../../support/random';

const LSTM = {
  units: 4,
  recurrent_activation: 'sigmoid',
  recurrent_initializer: { class_name: 'Zeros', config: {} },
};
const PLAIN = sequential([null, null, 3], [['LSTM', LSTM]]);

/** A file of one LSTM with another description than its own. */
async function importAs(description: object): Promise<unknown> {
  const file = await weightsFile(await drawKerasModel(PLAIN, new Random(1)));
  return importKeras(file, { config: JSON.stringify(description) });
}

function chain(...layers: readonly (readonly [string, object])[]): ModelDescription {
  return sequential(
    [null, null, 3],
    layers.map(([name, config]) => [name, { ...config }] as const),
  );
}

test('every layer that is not read, and every reason, at once', async () => {
  const description = chain(
    ['Masking', { mask_value: 0 }],
    ['LSTM', { ...LSTM, recurrent_activation: 'hard_sigmoid', return_state: true }],
    ['Lambda', {}],
    ['GRU', { units: 4 }],
    ['Dense', { units: 2, activation: 'gelu' }],
    ['MyLayer', {}],
    ['Bidirectional', { layer: { class_name: 'GRU', config: { units: 2 } } }],
    ['TimeDistributed', { layer: { class_name: 'Flatten', config: {} } }],
  );
  await expect(importAs(description)).rejects.toThrowErrorMatchingInlineSnapshot(`
    [UnsupportedModelError: 9 things cannot run:
    - layer "masking_0" (Masking): Masking is not read; leave it out and give rows their lengths when the model runs
    - layer "lstm_1" (LSTM): its recurrent_activation is hard_sigmoid; sigmoid is expected, train the layer with it
    - layer "lstm_1" (LSTM): returns its state as outputs; leave return_state out, the session keeps the state
    - layer "lambda_2" (Lambda): Lambda is not read; its code is Python; do it outside the model, or with layers
    - layer "gru_3" (GRU): GRU is not read; train the layer as LSTM
    - layer "dense_4" (Dense): its activation is gelu; one of linear, relu, relu6, sigmoid, tanh, softmax, leaky_relu, hard_silu, hard_swish, silu, swish is expected, train the layer with it
    - layer "mylayer_5" (MyLayer): MyLayer is not read; build the model without it
    - layer "bidirectional_6" (Bidirectional): is around GRU; LSTM is expected
    - layer "timedistributed_7" (TimeDistributed): is around Flatten; a layer that works on features, such as Dense, is expected]
  `);
});

test.each<readonly [string, object, RegExp]>([
  [
    'CuDNNLSTM',
    { units: 4 },
    /CuDNNLSTM is not read; load the model in Keras, copy its weights into an LSTM/,
  ],
  ['LSTM', { ...LSTM, activation: 'relu' }, /its activation is relu; tanh is expected/],
  ['LSTM', { ...LSTM, activation: { class_name: 'function', config: 'mine' } }, /its activation is mine/],
  ['LSTM', { ...LSTM, time_major: true }, /is time-major; build it batch-major/],
  ['Embedding', { input_dim: 3, output_dim: 2, mask_zero: true }, /masks its zeros; leave mask_zero out/],
  ['Conv1D', { filters: 2, kernel_size: 3, data_format: 'channels_first' }, /channels_last is expected/],
  ['Softmax', { axis: 1 }, /its axis is not the last one/],
  ['ReLU', { max_value: 3 }, /ReLU, ReLU6 \(max_value 6\)/],
])('%s %o', async (className, config, message) => {
  await expect(importAs(chain([className, config]))).rejects.toThrow(message);
});

describe('descriptions that do not fit', () => {
  test('a file of weights alone asks for one', async () => {
    const file = await weightsFile(await drawKerasModel(PLAIN, new Random(1)));
    expect(() => importKeras(file)).toThrow(
      /weights without a description.*model.to_json\(\) gives as \{ config \}/,
    );
  });

  test('other sizes than the weights have', async () => {
    await expect(importAs(sequential([null, null, 3], [['LSTM', { ...LSTM, units: 5 }]]))).rejects.toThrow(
      /layer "lstm_0" \(LSTM\): its kernel has the shape \[3, 16\], \[3, 20\] expected/,
    );
  });

  test('another number of layers than the file', async () => {
    const description = chain(['LSTM', { ...LSTM, name: 'mine' }], ['Dense', { units: 1 }]);
    await expect(importAs(description)).rejects.toThrow(
      /weights of 1 layers \("lstm_0"\), the description has 2 with weights \("mine", "dense_1"\)/,
    );
  });

  test('layers under other names are taken in order', async () => {
    const graph = await importAs(chain(['LSTM', { ...LSTM, name: 'mine' }]));
    expect(graph).toMatchObject({ ops: [{ name: 'mine' }, { kind: 'slice' }] });
  });

  test('a bias for each of the two products', async () => {
    const file = await hdf5File((root) => {
      root.create_attribute('layer_names', ['lstm_0']);
      const group = root.create_group('lstm_0');
      group.create_attribute('weight_names', ['kernel:0', 'recurrent_kernel:0', 'bias:0']);
      for (const [name, shape] of [
        ['kernel:0', [3, 16]],
        ['recurrent_kernel:0', [4, 16]],
        ['bias:0', [32]],
      ] as const) {
        const data = new Float32Array(shape.reduce<number>((product, size) => product * size, 1));
        group.create_dataset({ name, shape: [...shape], data, dtype: '<f4' });
      }
    });
    expect(() => importKeras(file, { config: JSON.stringify(PLAIN) })).toThrow(
      /its bias has the shape \[32\], \[16\] expected/,
    );
  });

  test.each([
    ['no JSON', '{', /is no JSON; pass what model.to_json\(\) gives/],
    [
      'a subclassed model',
      '{"class_name": "Mine", "config": {}}',
      /of class "Mine": Sequential and Functional/,
    ],
    ['a model that was not built', JSON.stringify(withoutShape(PLAIN)), /call model.build\(input_shape\)/],
  ])('%s', async (_, config, message) => {
    const file = await weightsFile(await drawKerasModel(PLAIN, new Random(1)));
    expect(() => importKeras(file, { config })).toThrow(message);
  });

  test('states passed from layer to layer', async () => {
    const layer = (name: string, sources: readonly unknown[]): object => ({
      class_name: 'LSTM',
      name,
      config: { name, ...LSTM, return_sequences: true },
      inbound_nodes: [sources],
    });
    const description = {
      class_name: 'Functional',
      config: {
        name: 'm',
        layers: [
          {
            class_name: 'InputLayer',
            name: 'x',
            config: { batch_input_shape: [null, null, 3] },
            inbound_nodes: [],
          },
          layer('a', [['x', 0, 0, {}]]),
          layer('b', [['x', 0, 0, { initial_state: [['a', 0, 1]] }]]),
        ],
        input_layers: [['x', 0, 0]],
        output_layers: [['b', 0, 0]],
      },
    };
    await expect(importAs(description)).rejects.toThrow(/layer "b": is called with "initial_state"/);
  });
});

test('a number of timesteps that a convolution needs', async () => {
  const description = sequential(
    [null, null, 3],
    [['Conv1D', { filters: 2, kernel_size: [4], padding: 'valid' }]],
  );
  const file = await wholeModelFile(await drawKerasModel(description, new Random(1)));
  expect(() => importKeras(file)).toThrow(/looks at 4 timesteps, the model states 1; .*\{ timesteps \}/);
  const graph = importKeras(file, { timesteps: 10 });
  expect(graph.tensors[graph.outputs[0]!]!.shape).toEqual([1, 7, 2]);
});

test('another file', () => {
  expect(() => importKeras(new TextEncoder().encode('no model at all'))).toThrow(/HDF5 file/);
  expect(() => importKeras(Uint8Array.of(0x50, 0x4b, 3, 4))).toThrow(/\.keras file is damaged/);
});

function withoutShape({ config, ...model }: ModelDescription): object {
  const layers = config.layers.map((layer): LayerDescription => {
    const settings = Object.entries(layer.config).filter(([key]) => key !== 'batch_input_shape');
    return { ...layer, config: Object.fromEntries(settings) };
  });
  return { ...model, config: { ...config, layers } };
}
