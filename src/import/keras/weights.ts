import { at, ModelFormatError } from '../../errors';
import { quoted } from '../../errors/quoted';
import type { Hdf5Array, Hdf5Group } from './hdf5';
import type { KerasLayer } from './model-description';

/** Where the weights of a model's layers come from. */
export interface KerasWeights {
  /**
   * Weights of a layer in the order in which Keras makes them.
   *
   * @param parts places of its cells or inner layers under the layer's own, `''` for the layer itself
   * @throws ModelFormatError if the file has none for this layer.
   */
  of(layer: KerasLayer, parts: readonly string[]): readonly Hdf5Array[];
}

/** The list of layers in a file of Keras 2, and of old-style files of Keras 3. */
const LAYER_NAMES = 'layer_names';
/** Where whole models have what files of weights have at their root. */
const MODEL_WEIGHTS = 'model_weights';

/**
 * Finds out how a file's weights are laid out.
 *
 * @param weighted the model's layers that have weights, in order
 */
export function openWeights(
  root: Hdf5Group,
  layers: readonly KerasLayer[],
  weighted: readonly KerasLayer[],
): KerasWeights {
  const store = root.find(MODEL_WEIGHTS) ?? root;
  if (listAttribute(store, LAYER_NAMES) !== null) return weightsByName(store, weighted);
  for (const [name, isGapped] of [
    ['layers', false],
    ['_layer_checkpoint_dependencies', true],
  ] as const) {
    const group = store.find(name);
    if (group !== null) return isGapped ? weightsByOrder(group, weighted) : weightsByClass(group, layers);
  }
  throw new ModelFormatError(
    `${store.path} of the HDF5 file has neither ${quoted(LAYER_NAMES)} nor layers; pass a file that Keras saved`,
  );
}

/** A list that Keras cuts into numbered attributes when it is long. */
function listAttribute(group: Hdf5Group, name: string): string[] | null {
  const whole = group.strings(name);
  if (whole !== null) return whole;
  const parts: string[] = [];
  for (let index = 0; ; index++) {
    const part = group.strings(`${name}${index}`);
    if (part === null) return index === 0 ? null : parts;
    parts.push(...part);
  }
}

/**
 * A group per layer, by the layer's name, with the names of its weights in order. Where a description that was written
 * for this file names layers otherwise, the file's layers with weights are the model's, one after the other, as
 * `load_weights` takes them.
 */
function weightsByName(store: Hdf5Group, weighted: readonly KerasLayer[]): KerasWeights {
  const inFile = new Map(
    (listAttribute(store, LAYER_NAMES) ?? []).flatMap((name) => {
      const group = store.find(name);
      const weights = group === null ? null : listAttribute(group, 'weight_names');
      return group === null || weights === null || weights.length === 0
        ? []
        : [[name, { group, weights }] as const];
    }),
  );
  const isNamed = weighted.every(({ name }) => inFile.has(name));
  const inOrder = [...inFile.keys()];
  if (!isNamed && inOrder.length !== weighted.length) {
    throw new ModelFormatError(
      `the file has weights of ${inOrder.length} layers (${listed(inOrder)}), the description has ${weighted.length} ` +
        `with weights (${listed(weighted.map(({ name }) => name))}); pass the description of this file's model`,
    );
  }
  return {
    of(layer) {
      const name = isNamed ? layer.name : at(inOrder, weighted.indexOf(layer));
      const found = inFile.get(name);
      if (found === undefined) throw missing(layer, `${store.path} has no weights of ${quoted(name)}`);
      return found.weights.map((weight) => {
        const array = found.group.array(weight);
        if (array !== null) return array;
        throw missing(layer, `${found.group.path} lists ${quoted(weight)} and has no such array`);
      });
    },
  };
}

/** Keras 3: a group per layer by its class, numbered among the layers of the class. */
function weightsByClass(group: Hdf5Group, layers: readonly KerasLayer[]): KerasWeights {
  const counts = new Map<string, number>();
  const paths = new Map(
    layers.map((layer) => {
      const base = snakeCase(layer.className);
      const count = counts.get(base) ?? 0;
      counts.set(base, count + 1);
      return [layer.name, count === 0 ? base : `${base}_${count}`] as const;
    }),
  );
  return { of: (layer, parts) => variables(group, paths.get(layer.name) ?? '', layer, parts) };
}

/**
 * TensorFlow 2.12 to 2.15: the same, but counted twice for layers with weights, so that numbers are left out; the layers of a
 * class stand in their order all the same.
 */
function weightsByOrder(group: Hdf5Group, weighted: readonly KerasLayer[]): KerasWeights {
  return {
    of(layer, parts) {
      const base = snakeCase(layer.className);
      const numbered = group.keys.flatMap((key) => {
        const suffix = key === base ? '0' : key.startsWith(`${base}_`) ? key.slice(base.length + 1) : '';
        return /^\d+$/.test(suffix) ? [{ key, number: Number(suffix) }] : [];
      });
      numbered.sort((a, b) => a.number - b.number);
      const rank = weighted.filter(({ className }) => className === layer.className).indexOf(layer);
      return variables(group, numbered[rank]?.key ?? '', layer, parts);
    },
  };
}

function variables(
  group: Hdf5Group,
  path: string,
  layer: KerasLayer,
  parts: readonly string[],
): readonly Hdf5Array[] {
  return parts.flatMap((part) => {
    const place = [path, part, 'vars'].filter((name) => name !== '').join('/');
    const store = group.find(place);
    if (path === '' || store === null) throw missing(layer, `${group.path} has no ${quoted(place)}`);
    return store.keys.map((_, index) => {
      const array = store.array(String(index));
      if (array !== null) return array;
      throw missing(layer, `${store.path} has no array ${quoted(String(index))}`);
    });
  });
}

function missing(layer: KerasLayer, problem: string): ModelFormatError {
  return new ModelFormatError(`${layer.config.subject}: ${problem}; save the model again`);
}

/** Keras' own rule: `BatchNormalization` is `batch_normalization`, and `LSTM` is `lstm`. */
function snakeCase(className: string): string {
  return className
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).map(quoted).join(', ');
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}
