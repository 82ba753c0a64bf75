/**
 * Keras models for tests: their descriptions as Keras 2 writes them, weights drawn at random, and what TensorFlow.js,
 * which has Keras' layers from other hands, computes with them.
 */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import type { FloatTensor } from '../../src/quantize';
import type { Random } from './random';

/** A layer of a description. */
export interface LayerDescription {
  readonly class_name: string;
  readonly name?: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** In Functional models. */
  readonly inbound_nodes?: readonly (readonly InboundSource[])[];
}

export type InboundSource = readonly [layer: string, call: number, output: number, named: object];

/** What `model.to_json()` of Keras 2 is made of. */
export interface ModelDescription {
  readonly class_name: 'Sequential' | 'Functional';
  readonly config: {
    readonly name: string;
    readonly layers: readonly LayerDescription[];
    readonly input_layers?: readonly (readonly [string, number, number])[];
    readonly output_layers?: readonly (readonly [string, number, number])[];
  };
}

/** An array of a layer's weights with Keras' name of it: `kernel`. */
export interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A model with weights. */
export interface KerasTestModel {
  readonly description: ModelDescription;
  /** Of each layer that has any, by its name, in the order of the description. */
  readonly weights: ReadonlyMap<string, readonly Weight[]>;
  /** Runs it in TensorFlow.js. */
  run(inputs: readonly FloatTensor[]): FloatTensor[];
}

/** A chain of layers behind an input of a shape, batch first. */
export function sequential(
  inputShape: readonly (number | null)[],
  layers: readonly (readonly [className: string, config: Readonly<Record<string, unknown>>])[],
): ModelDescription {
  const described = layers.map(([class_name, config], index): LayerDescription => {
    const first = index === 0 ? { batch_input_shape: inputShape } : {};
    return { class_name, config: { name: `${class_name.toLowerCase()}_${index}`, ...first, ...config } };
  });
  return { class_name: 'Sequential', config: { name: 'chain', layers: described } };
}

/** Draws weights and builds the model in TensorFlow.js. */
export async function drawKerasModel(description: ModelDescription, random: Random): Promise<KerasTestModel> {
  await tf.setBackend('cpu');
  const model = await tfl.models.modelFromJSON({ modelTopology: forTensorFlowJs(description) } as never);
  const weights = new Map<string, readonly Weight[]>();
  for (const layer of model.layers) {
    const current = layer.getWeights();
    if (current.length === 0) continue;
    const drawn = current.map((tensor, index): Weight => {
      // `lstm_0/kernel`, `bidirectional_1/forward_lstm/bias`
      const name = layer.weights[index]!.originalName.split('/').at(-1)!;
      const isVariance = name.endsWith('variance');
      const draw = (): number => random.integer(isVariance ? 50 : -100, 100) / 150;
      return { name, shape: tensor.shape, data: Float32Array.from({ length: tensor.size }, draw) };
    });
    layer.setWeights(drawn.map(({ shape, data }) => tf.tensor(data, [...shape])));
    weights.set(layer.name, drawn);
  }
  return {
    description,
    weights,
    run(inputs) {
      const given = inputs.map(({ shape, data }) => tf.tensor(data, [...shape]));
      const result = model.predict(given.length === 1 ? given[0]! : given);
      return [result].flat().map((tensor) => ({
        shape: tensor.shape,
        data: Float32Array.from(tensor.dataSync()),
      }));
    },
  };
}

/** TensorFlow.js knows Functional models under their older name. */
function forTensorFlowJs(description: ModelDescription): unknown {
  const class_name = description.class_name === 'Functional' ? 'Model' : description.class_name;
  return { ...description, class_name, keras_version: '2.15.0', backend: 'tensorflow' };
}
