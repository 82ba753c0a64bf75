/**
 * Files as Keras saves them, written by the HDF5 library itself (h5wasm): the layouts of Keras 2 (`layer_names`,
 * `weight_names`), of Keras 3 (`layers/lstm/cell/vars/0`), and of the versions in between.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import h5wasm from 'h5wasm/node';
import type { Group } from 'h5wasm';
import type { KerasTestModel, LayerDescription, ModelDescription, Weight } from './keras-model';

/** An HDF5 file that `write` fills, in the style that h5py writes unless told otherwise. */
export async function hdf5File(
  write: (root: Group) => void,
  style: 'earliest' | 'latest' = 'earliest',
): Promise<Uint8Array> {
  await h5wasm.ready;
  const folder = mkdtempSync(join(tmpdir(), 'octogate-keras-'));
  try {
    const path = join(folder, 'file.h5');
    const file = new h5wasm.File(path, 'w', { libver: [style, 'latest'] });
    write(file);
    file.close();
    return new Uint8Array(readFileSync(path));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `model.save('model.h5')` of Keras 2. */
export function wholeModelFile(model: KerasTestModel): Promise<Uint8Array> {
  return hdf5File((root) => {
    root.create_attribute('model_config', JSON.stringify(model.description));
    root.create_attribute('keras_version', '2.15.0');
    writeByName(root.create_group('model_weights'), model);
  });
}

/** `model.save_weights('weights.h5')` of Keras 2. */
export function weightsFile(model: KerasTestModel): Promise<Uint8Array> {
  return hdf5File((root) => {
    writeByName(root, model);
  });
}

/** A group per layer; arrays are at `layer/layer/kernel:0`, as TensorFlow scopes its variables. */
function writeByName(store: Group, { description, weights }: KerasTestModel): void {
  const names = description.config.layers.map(nameOf);
  store.create_attribute('layer_names', names);
  store.create_attribute('backend', 'tensorflow');
  for (const name of names) {
    const group = store.create_group(name);
    const arrays = weights.get(name) ?? [];
    // Weights of a Bidirectional's directions have the same names in scopes of their own.
    const paths = arrays.map(({ name: array }, index) => `${name}/part_${index}/${array}:0`);
    if (arrays.length === 0) group.create_attribute('weight_names', new Float64Array(0), [0], '<d');
    else group.create_attribute('weight_names', paths);
    for (const [index, array] of arrays.entries()) writeArray(group, paths[index]!, array);
  }
}

/** `model.save('model.keras')` of Keras 3, or of TensorFlow 2.13, which counts layers with weights twice. */
export async function archiveFile(model: KerasTestModel, version: '3' | '2.13' = '3'): Promise<Uint8Array> {
  const weights = await hdf5File((root) => {
    const store = root.create_group(version === '3' ? 'layers' : '_layer_checkpoint_dependencies');
    const counts = new Map<string, number>();
    for (const layer of model.description.config.layers) {
      const base = snakeCase(layer.class_name);
      const count = counts.get(base) ?? 0;
      const arrays = model.weights.get(nameOf(layer)) ?? [];
      counts.set(base, count + (version === '2.13' && arrays.length > 0 ? 2 : 1));
      const group = store.create_group(count === 0 ? base : `${base}_${count}`);
      group.create_group('vars');
      for (const [part, own] of partsOf(layer.class_name, arrays)) {
        const place = part === '' ? 'vars' : `${part}/vars`;
        for (const [index, array] of own.entries()) writeArray(group, `${place}/${index}`, array);
      }
    }
  });
  const description = version === '3' ? keras3Description(model.description) : model.description;
  return zipSync(
    {
      'metadata.json': encoded({ keras_version: version === '3' ? '3.5.0' : '2.13.1' }),
      'config.json': encoded(description),
      'model.weights.h5': weights,
    },
    { level: 0 },
  );
}

function partsOf(className: string, arrays: readonly Weight[]): (readonly [string, readonly Weight[]])[] {
  switch (className) {
    case 'LSTM':
      return [['cell', arrays]];
    case 'Bidirectional': {
      const half = arrays.length / 2;
      return [
        ['forward_layer/cell', arrays.slice(0, half)],
        ['backward_layer/cell', arrays.slice(half)],
      ];
    }
    case 'TimeDistributed':
      return [['layer', arrays]];
    default:
      return [['', arrays]];
  }
}

/** What Keras 3 makes of a description: modules and registered names, and objects for the values between layers. */
export function keras3Description({ class_name, config }: ModelDescription): unknown {
  const tensor = ([layer, call, output]: readonly [string, number, number, object]): unknown => ({
    class_name: '__keras_tensor__',
    config: { shape: [null, 1], dtype: 'float32', keras_history: [layer, call, output] },
  });
  const [first] = config.layers;
  const batchShape = first?.config['batch_input_shape'];
  const layers = config.layers.map((layer) => {
    const { batch_input_shape, ...settings } = layer.config;
    const shape = layer.class_name === 'InputLayer' ? { batch_shape: batch_input_shape } : {};
    const nodes = layer.inbound_nodes?.map((sources) => {
      const tensors = sources.map(tensor);
      return { args: tensors.length === 1 ? tensors : [tensors], kwargs: { mask: null } };
    });
    return {
      module: 'keras.layers',
      class_name: layer.class_name,
      config: { ...settings, ...shape, dtype: { module: 'keras', class_name: 'DTypePolicy', config: {} } },
      registered_name: null,
      name: nameOf(layer),
      ...(nodes === undefined ? {} : { inbound_nodes: nodes }),
    };
  });
  const input = {
    module: 'keras.layers',
    class_name: 'InputLayer',
    config: { batch_shape: batchShape, dtype: 'float32', name: 'input_layer' },
  };
  const isSequential = class_name === 'Sequential';
  return {
    module: isSequential ? 'keras' : 'keras.src.models.functional',
    class_name,
    config: { ...config, layers: isSequential ? [input, ...layers] : layers },
  };
}

export function nameOf({ name, config }: LayerDescription): string {
  return name ?? (config['name'] as string);
}

function writeArray(group: Group, path: string, { shape, data }: Weight): void {
  const parts = path.split('/');
  const parent = parts.slice(0, -1).reduce((current, part) => {
    return current.keys().includes(part) ? (current.get(part) as Group) : current.create_group(part);
  }, group);
  parent.create_dataset({ name: parts.at(-1)!, data, shape: [...shape], dtype: '<f4' });
}

function encoded(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** By hand for the classes of the tests, so that the reader's rule is not tested with itself. */
function snakeCase(className: string): string {
  const known: Readonly<Record<string, string>> = {
    LSTM: 'lstm',
    TimeDistributed: 'time_distributed',
    LayerNormalization: 'layer_normalization',
    BatchNormalization: 'batch_normalization',
    GlobalAveragePooling1D: 'global_average_pooling1d',
    DepthwiseConv1D: 'depthwise_conv1d',
    RepeatVector: 'repeat_vector',
    InputLayer: 'input_layer',
  };
  return known[className] ?? className.toLowerCase();
}
