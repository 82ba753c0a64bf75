import { ModelFormatError, UnsupportedModelError } from '../../errors';
import { quoted } from '../../errors/quoted';
import type { LayerCall, ValueReference } from './inbound-nodes';
import { readCalls, readReferences } from './inbound-nodes';
import type { JsonObject } from './layer-config';
import { isObject, LayerConfig } from './layer-config';

/** A layer and what it is applied to: once or, if it is shared, several times. */
export interface KerasLayer {
  readonly className: string;
  readonly name: string;
  readonly config: LayerConfig;
  readonly calls: readonly LayerCall[];
}

/** What a Keras model is made of, whichever of its ways of describing that was used. */
export interface KerasModel {
  readonly name: string;
  /** In the file's order. */
  readonly layers: readonly KerasLayer[];
  readonly inputs: readonly ValueReference[];
  readonly outputs: readonly ValueReference[];
}

/** More layers than any model has that is worth running. */
const MOST_LAYERS = 4096;
const FUNCTIONAL = new Set(['Functional', 'Model']);

/**
 * Reads the JSON description of a Sequential or Functional model, of Keras 2 or 3.
 *
 * @throws ModelFormatError if it is no such description; UnsupportedModelError for a model of another class.
 */
export function readDescription(json: string): KerasModel {
  const root = parse(json);
  const className = root['class_name'];
  const config = root['config'];
  if (className === 'Sequential') return readSequential(config, root);
  if (typeof className === 'string' && FUNCTIONAL.has(className) && isObject(config)) {
    return readFunctional(config);
  }
  if (typeof className !== 'string') {
    throw new ModelFormatError(
      'the Keras description names no class of model; pass what model.to_json() gives',
    );
  }
  const reason = 'Sequential and Functional models are read; build the model as one of these';
  throw new UnsupportedModelError([{ subject: `the model of class ${quoted(className)}`, reason }]);
}

function parse(json: string): JsonObject {
  try {
    const root: unknown = JSON.parse(json);
    if (isObject(root)) return root;
  } catch (error) {
    throw new ModelFormatError('the Keras description is no JSON; pass what model.to_json() gives', {
      cause: error,
    });
  }
  throw new ModelFormatError('the Keras description is no JSON object; pass what model.to_json() gives');
}

/** A chain of layers. Old files give the list alone; and the shape of the input is wherever there was a place for it. */
function readSequential(config: unknown, root: JsonObject): KerasModel {
  const listed = Array.isArray(config) ? config : isObject(config) ? config['layers'] : null;
  const layers = layersOf(listed).map(readLayer);
  const [first] = layers;
  if (first === undefined) throw new ModelFormatError('the Sequential model has no layers; save it again');
  const hasInput = first.className === 'InputLayer';
  const shape = hasInput ? null : inputShape(first.config, config, root);
  const chain = hasInput
    ? layers
    : [
        {
          className: 'InputLayer',
          name: 'input',
          config: new LayerConfig('the input', { batch_shape: shape }),
        },
        ...layers,
      ];
  const name = isObject(config) && typeof config['name'] === 'string' ? config['name'] : 'sequential';
  const referenceTo = (layer: string): ValueReference => ({ layer, call: 0, output: 0 });
  return {
    name,
    layers: chain.map((layer, index) => {
      const before = chain[index - 1];
      return { ...layer, calls: [{ inputs: before === undefined ? [] : [referenceTo(before.name)] }] };
    }),
    inputs: [referenceTo(chain[0]?.name ?? '')],
    outputs: [referenceTo(chain.at(-1)?.name ?? '')],
  };
}

function inputShape(first: LayerConfig, config: unknown, root: JsonObject): unknown {
  const built = isObject(root['build_config']) ? root['build_config']['input_shape'] : null;
  const candidates = [
    first.raw('batch_input_shape'),
    first.raw('batch_shape'),
    isObject(config) ? config['build_input_shape'] : null,
    built,
  ];
  const shape = candidates.find((candidate) => Array.isArray(candidate));
  if (shape !== undefined) return shape;
  throw new ModelFormatError(
    `${first.subject}: the model does not say the shape of its input; call model.build(input_shape) before saving it`,
  );
}

function readFunctional(config: JsonObject): KerasModel {
  const layers = layersOf(config['layers']);
  return {
    name: typeof config['name'] === 'string' ? config['name'] : 'model',
    layers: layers.map((layer, index) => ({ ...readLayer(layer, index), calls: readCalls(layer) })),
    inputs: readReferences(config['input_layers'], 'inputs of the model'),
    outputs: readReferences(config['output_layers'], 'outputs of the model'),
  };
}

function layersOf(value: unknown): JsonObject[] {
  if (!Array.isArray(value) || !value.every(isObject)) {
    throw new ModelFormatError(
      'the Keras description has no list of layers; pass what model.to_json() gives',
    );
  }
  if (value.length <= MOST_LAYERS) return value;
  throw new ModelFormatError(
    `the model has ${value.length} layers; at most ${MOST_LAYERS} are read, split the model`,
  );
}

function readLayer(layer: JsonObject, index: number): Omit<KerasLayer, 'calls'> {
  const { class_name: className, config } = layer;
  if (typeof className !== 'string' || !isObject(config)) {
    throw new ModelFormatError(
      `layer ${index} of the Keras description has no class or no settings; save it again`,
    );
  }
  const stated = layer['name'] ?? config['name'];
  const name = typeof stated === 'string' ? stated : `${className.toLowerCase()}_${index}`;
  return { className, name, config: new LayerConfig(`layer ${quoted(name)} (${className})`, config) };
}
