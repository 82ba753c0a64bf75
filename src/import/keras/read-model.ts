import { ModelFormatError } from '../../errors';
import { quoted } from '../../errors/quoted';
import { UnsupportedReasons } from '../../errors/unsupported-reasons';
import type { Graph } from '../../model';
import type { Hdf5Array, Hdf5Group } from './hdf5';
import type { ValueReference } from './inbound-nodes';
import type { Value } from './keras-graph';
import { KerasGraph } from './keras-graph';
import { LayerScope } from './layer-scope';
import { ADVICE, LAYER_KINDS } from './layers';
import type { KerasLayer, KerasModel } from './model-description';
import type { KerasWeights } from './weights';
import { openWeights } from './weights';

const INPUT_CLASS = 'InputLayer';
/** More applications of layers than any model has. */
const MOST_CALLS = 4096;

/**
 * The graph of a described model with the weights of a file.
 *
 * @param timesteps what the graph states for sizes that the model leaves open, apart from the batch, which is 1
 * @throws ModelFormatError if description and weights contradict themselves or each other; UnsupportedModelError with
 * every layer that is not read.
 */
export function readModel(model: KerasModel, file: Hdf5Group, timesteps: number): Graph {
  refuseUnread(model);
  const weighted = model.layers.filter((layer) => partsOf(layer).length > 0);
  const weights = weighted.length === 0 ? null : openWeights(file, model.layers, weighted);
  return new ModelReader(model, weights, timesteps).read();
}

function refuseUnread({ layers }: KerasModel): void {
  const reasons = new UnsupportedReasons();
  for (const { className, config } of layers) {
    if (className === INPUT_CLASS) continue;
    const kind = LAYER_KINDS.get(className);
    if (kind === undefined) {
      const advice = ADVICE.get(className) ?? 'build the model without it';
      reasons.add(config.subject, `${className} is not read; ${advice}`);
    }
    for (const refusal of kind?.refusals(config) ?? []) reasons.add(config.subject, refusal);
  }
  reasons.throwIfAny();
}

function partsOf({ className, config }: KerasLayer): readonly string[] {
  return LAYER_KINDS.get(className)?.weightParts(config) ?? [];
}

class ModelReader {
  private readonly graph = new KerasGraph();
  /** Outputs of each application of a layer. */
  private readonly values = new Map<string, readonly Value[]>();
  private readonly arrays = new Map<KerasLayer, readonly Hdf5Array[]>();

  constructor(
    private readonly model: KerasModel,
    private readonly weights: KerasWeights | null,
    private readonly timesteps: number,
  ) {}

  read(): Graph {
    const { layers, inputs, outputs, name } = this.model;
    this.requireUnique();
    for (const layer of layers) if (layer.className === INPUT_CLASS) this.readInput(layer);
    let pending = layers
      .filter(({ className }) => className !== INPUT_CLASS)
      .flatMap((layer) => layer.calls.map((_, call) => ({ layer, call })));
    if (pending.length > MOST_CALLS) {
      throw new ModelFormatError(
        `the model applies layers ${pending.length} times; at most ${MOST_CALLS} are read, split it`,
      );
    }
    while (pending.length > 0) {
      const waiting = pending.filter(({ layer, call }) => !this.readCall(layer, call));
      const [stuck] = waiting;
      if (waiting.length === pending.length && stuck !== undefined) {
        throw new ModelFormatError(
          `${stuck.layer.config.subject}: nothing makes its input; the description is incomplete, save the model again`,
        );
      }
      pending = waiting;
    }
    return this.graph.build(
      name,
      inputs.map((reference) => this.valueOf(reference, 'inputs of the model').id),
      outputs.map((reference) => this.valueOf(reference, 'outputs of the model').id),
    );
  }

  private requireUnique(): void {
    const names = new Set<string>();
    for (const { name, config } of this.model.layers) {
      if (names.has(name)) {
        throw new ModelFormatError(
          `${config.subject}: another layer has the same name; save the model again`,
        );
      }
      names.add(name);
    }
  }

  private readInput(layer: KerasLayer): void {
    const { config, name } = layer;
    const stated = config.raw('batch_shape') ?? config.raw('batch_input_shape');
    if (!Array.isArray(stated) || stated.length < 2 || stated.length > 4) {
      throw new ModelFormatError(
        `${config.subject}: has no shape of batch, time and features; save the model again`,
      );
    }
    const shape = (stated as unknown[]).map((size, axis): number => {
      if (size === null) return axis === 0 ? 1 : this.timesteps;
      if (typeof size === 'number' && Number.isInteger(size) && size > 0) return size;
      throw new ModelFormatError(`${config.subject}: its shape has the size ${quoted(JSON.stringify(size))}`);
    });
    const dtype = this.isIndices(name) ? 'int32' : 'float32';
    this.values.set(keyOf({ layer: name, call: 0 }), [this.graph.input(name, shape, dtype)]);
  }

  /** Whether an input holds positions in tables, whatever type Keras gives it. */
  private isIndices(name: string): boolean {
    const readers = this.model.layers.filter(({ calls }) =>
      calls.some(({ inputs }) => inputs.some(({ layer }) => layer === name)),
    );
    return readers.length > 0 && readers.every(({ className }) => className === 'Embedding');
  }

  /** Adds an application of a layer once its inputs are there; says whether they were. */
  private readCall(layer: KerasLayer, call: number): boolean {
    const references = layer.calls[call]?.inputs ?? [];
    if (!references.every((reference) => this.values.has(keyOf(reference)))) return false;
    const inputs = references.map((reference) => this.valueOf(reference, layer.config.subject));
    const arrays = this.arraysOf(layer);
    const index = this.model.layers.indexOf(layer);
    const scope = new LayerScope(layer.name, layer.config, inputs, arrays, index, this.graph);
    this.values.set(keyOf({ layer: layer.name, call }), LAYER_KINDS.get(layer.className)?.build(scope) ?? []);
    return true;
  }

  private arraysOf(layer: KerasLayer): readonly Hdf5Array[] {
    const known = this.arrays.get(layer);
    if (known !== undefined) return known;
    const parts = partsOf(layer);
    const arrays = parts.length === 0 ? [] : (this.weights?.of(layer, parts) ?? []);
    this.arrays.set(layer, arrays);
    return arrays;
  }

  private valueOf(reference: ValueReference, user: string): Value {
    const value = this.values.get(keyOf(reference))?.[reference.output];
    if (value !== undefined) return value;
    const { layer, call, output } = reference;
    throw new ModelFormatError(
      `${user}: there is no output ${output} of application ${call} of layer ${quoted(layer)}; save the model again`,
    );
  }
}

function keyOf({ layer, call }: Pick<ValueReference, 'layer' | 'call'>): string {
  return `${call} ${layer}`;
}
