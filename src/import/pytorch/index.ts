/**
 * PyTorch weights from safetensors as sources for the quantizer.
 *
 * @packageDocumentation
 */
import { at, ModelFormatError, unreachable } from '../../errors';
import { quoted } from '../../errors/quoted';
import type { Graph } from '../../model';
import { validateGraph } from '../../model/checks';
import { GraphAssembler } from '../graph-assembler';
import { prune } from '../rewrite/prune';
import type { View } from '../view';
import type { LayerDescription } from './description';
import { readDescription } from './description';
import { addLstm } from './lstm';
import { readSafetensors } from './safetensors';
import { WeightsReader } from './weights-reader';

/** Name of the text in a safetensors file that may hold the description. */
const METADATA_KEY = 'octogate';

/** What a file of weights may lack. */
export interface PytorchOptions {
  /** What `importPytorch` takes. */
  readonly description?: unknown;
}

/**
 * Makes a float graph, a source for the quantizer, of the weights of a PyTorch model and a description of its layers in
 * order. The graph's input is `[batch, time, features]`, or `[batch, time]` positions for an embedding.
 *
 * The weights are a `state_dict()` in a safetensors file. The description may stand in the file, too:
 *
 * ```python
 * description = {
 *     "name": "digits",           # "main" if left out
 *     "input": "rows",            # names of the graph's input and output; "input" and "output" if left out
 *     "output": "beliefs",
 *     "timesteps": 28,            # that the graph states, 1 if left out; sessions choose their own
 *     "layers": [
 *         {"type": "embedding", "module": "embedding"},  # torch.nn.Embedding: embedding.weight
 *         {"type": "lstm", "module": "lstm"},  # torch.nn.LSTM; its layers, directions and proj_size are seen from the weights
 *         {"type": "last"},                    # the last timestep, x[:, -1]
 *         {"type": "linear", "module": "dense"},  # torch.nn.Linear
 *         {"type": "softmax"},  # or relu, relu6, leaky_relu (with "slope"), hardswish, sigmoid, tanh
 *     ],
 * }
 * safetensors.torch.save_file(model.state_dict(), "model.safetensors", {"octogate": json.dumps(description)})
 * ```
 *
 * Dropout is left out of the description.
 *
 * @param description JSON, as text or parsed; null if it stands in the file
 * @throws ModelFormatError if description and weights are malformed or do not fit each other, or weights are left over;
 * UnsupportedModelError for layers of unknown types and weights that are not float32.
 */
export function importPytorch(description: unknown, safetensors: Uint8Array | ArrayBuffer): Graph {
  const bytes = safetensors instanceof Uint8Array ? safetensors : new Uint8Array(safetensors);
  const file = readSafetensors(bytes);
  const { name, input, output, timesteps, layers } = readDescription(
    description ?? describedIn(file.metadata),
  );
  const weights = new WeightsReader(file);
  const assembler = new GraphAssembler(bytes.length);
  let value = addInput(assembler, weights, at(layers, 0), { name: input, timesteps });
  const inputId = value.source;
  for (const [index, layer] of layers.entries()) {
    assembler.beginNode(index, 'module' in layer ? layer.module : null);
    value = addLayer(assembler, weights, layer, value, index);
  }
  weights.requireAllUsed();
  const outputId = assembler.nameOutput(assembler.materialize(value), output, []);
  const { tensors, ops } = assembler;
  const graph = prune({ name, tensors, ops, inputs: [inputId], outputs: [outputId] });
  validateGraph(graph);
  return graph;
}

function describedIn(metadata: ReadonlyMap<string, string>): string {
  const text = metadata.get(METADATA_KEY);
  if (text !== undefined) return text;
  throw new ModelFormatError(
    `the safetensors file has no text ${quoted(METADATA_KEY)} that describes its layers; give a description, --config on the command line`,
  );
}

/** The input that the first layer takes: only those with weights say how many features there are. */
function addInput(
  assembler: GraphAssembler,
  weights: WeightsReader,
  first: LayerDescription,
  { name, timesteps }: { readonly name: string; readonly timesteps: number },
): View {
  const rows = (weightsName: string): View => {
    const features = columnsOf(weights, weightsName);
    return assembler.whole(assembler.input(name, [1, timesteps, features], 'float32'));
  };
  switch (first.type) {
    case 'embedding':
      return assembler.whole(assembler.input(name, [1, timesteps], 'int32'));
    case 'lstm':
      return rows(`${first.module}.weight_ih_l0`);
    case 'linear':
      return rows(`${first.module}.weight`);
    default:
      throw new ModelFormatError(
        `the description of the PyTorch model: layer 0: its type is ${quoted(first.type)}; embedding, lstm or linear is expected first`,
      );
  }
}

/** @throws ModelFormatError if the weights are no matrix. */
function columnsOf(weights: WeightsReader, name: string): number {
  const { shape } = weights.take(name);
  const [rows, columns] = shape;
  if (shape.length === 2 && rows !== undefined && rows > 0 && columns !== undefined && columns > 0)
    return columns;
  throw new ModelFormatError(
    `tensor ${quoted(name)}: has the shape [${shape.join(', ')}], two dimensions expected`,
  );
}

function addLayer(
  assembler: GraphAssembler,
  weights: WeightsReader,
  layer: LayerDescription,
  input: View,
  index: number,
): View {
  const { source } = input;
  switch (layer.type) {
    case 'embedding':
      return addEmbedding(assembler, weights, layer.module, input);
    case 'lstm':
      requireSequence(input, index);
      return addLstm(assembler, weights, layer.module, input, index);
    case 'linear':
      return addLinear(assembler, weights, layer.module, input);
    case 'last': {
      requireSequence(input, index);
      const all = { kind: 'range', begin: null, end: null, stride: 1 } as const;
      return assembler.emit('slice', { input: source, dimensions: [all, { kind: 'index', index: -1 }] });
    }
    case 'relu':
    case 'relu6':
      return assembler.emit('relu', { input: source, bound: layer.type });
    case 'leaky_relu':
      return assembler.emit('leakyRelu', { input: source, alpha: Math.fround(layer.slope) });
    case 'hardswish':
      return assembler.emit('hardSwish', { input: source });
    case 'sigmoid':
      return assembler.emit('logistic', { input: source });
    case 'tanh':
      return assembler.emit('tanh', { input: source });
    case 'softmax':
      return assembler.emit('softmax', { input: source, beta: 1 });
    default:
      return unreachable(layer);
  }
}

function addEmbedding(
  assembler: GraphAssembler,
  weights: WeightsReader,
  module: string,
  { source }: View,
): View {
  const name = `${module}.weight`;
  columnsOf(weights, name);
  if (assembler.tensor(source).dtype !== 'int32') {
    throw new ModelFormatError(
      `the description of the PyTorch model: an embedding comes first, or not at all`,
    );
  }
  const table = assembler.constant(`${module}/table`, { type: 'float', ...weights.take(name) });
  return assembler.emit('gather', { input: table, indices: source, axis: 0 });
}

function addLinear(
  assembler: GraphAssembler,
  weights: WeightsReader,
  module: string,
  { source }: View,
): View {
  columnsOf(weights, `${module}.weight`);
  const bias = weights.has(`${module}.bias`) ? weights.take(`${module}.bias`) : null;
  return assembler.emit('fullyConnected', {
    input: source,
    weights: assembler.constant(`${module}/weights`, { type: 'float', ...weights.take(`${module}.weight`) }),
    bias: bias === null ? null : assembler.constant(`${module}/bias`, { type: 'float', ...bias }),
    activation: 'none',
    keepDims: true,
  });
}

function requireSequence({ sourceShape }: View, index: number): void {
  if (sourceShape.length === 3) return;
  throw new ModelFormatError(
    `the description of the PyTorch model: layer ${index}: it takes a sequence, and no timesteps are left; move it before "last"`,
  );
}
