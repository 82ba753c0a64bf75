import { ModelFormatError, UnsupportedModelError } from '../../errors';
import { quoted } from '../../errors/quoted';

/** Functions without weights, by the name of PyTorch's. */
const ACTIVATIONS = ['relu', 'relu6', 'leaky_relu', 'hardswish', 'sigmoid', 'tanh', 'softmax'] as const;
type ActivationType = (typeof ACTIVATIONS)[number];
/** Layers with weights, which are found by the name of their module. */
const MODULES = ['embedding', 'lstm', 'linear'] as const;
type ModuleType = (typeof MODULES)[number];

export type LayerDescription =
  | { readonly type: ModuleType; readonly module: string }
  | { readonly type: Exclude<ActivationType, 'leaky_relu'> }
  | { readonly type: 'leaky_relu'; readonly slope: number }
  /** The last timestep of a sequence. */
  | { readonly type: 'last' };

/** What the weights of a PyTorch model do not say: which layers there are, and in which order. */
export interface ModelDescription {
  readonly name: string;
  /** Name of the graph's input. */
  readonly input: string;
  readonly output: string;
  /** Length of a sequence that the graph states; sessions choose their own. */
  readonly timesteps: number;
  readonly layers: readonly LayerDescription[];
}

const KEYS = ['name', 'input', 'output', 'timesteps', 'layers'];
/** More layers than any model has that is worth running. */
const MOST_LAYERS = 256;
const MOST_TIMESTEPS = 1_000_000;
/** `torch.nn.LeakyReLU`'s own. */
const DEFAULT_SLOPE = 0.01;

/**
 * Checks a description; see `importPytorch` for what one looks like.
 *
 * @param description JSON, as text or parsed
 * @throws ModelFormatError for what is malformed; UnsupportedModelError with every layer of an unknown type.
 */
export function readDescription(description: unknown): ModelDescription {
  const parsed = typeof description === 'string' ? parse(description) : description;
  const fields = objectOf(parsed, 'the description');
  const unknown = Object.keys(fields).find((key) => !KEYS.includes(key));
  if (unknown !== undefined)
    fail('the description', `has a field ${quoted(unknown)}; ${KEYS.join(', ')} are known`);
  const { layers } = fields;
  if (!Array.isArray(layers) || layers.length === 0 || layers.length > MOST_LAYERS) {
    return fail('the description', `its layers are no list of 1 to ${MOST_LAYERS}`);
  }
  const entries = layers.map((layer: unknown, index) => objectOf(layer, `layer ${index}`));
  const known: readonly string[] = [...MODULES, ...ACTIVATIONS, 'last'];
  const reasons = entries.flatMap((layer, index) => {
    const type = textOf(layer, 'type', `layer ${index}`, null);
    const reason = `its type is ${quoted(type)}; ${known.join(', ')} are read, export other models as ONNX`;
    return known.includes(type) ? [] : [{ subject: `layer ${index}`, reason }];
  });
  if (reasons.length > 0) throw new UnsupportedModelError(reasons);
  const timesteps = fields['timesteps'] ?? 1;
  if (
    typeof timesteps !== 'number' ||
    !Number.isInteger(timesteps) ||
    timesteps < 1 ||
    timesteps > MOST_TIMESTEPS
  ) {
    return fail('the description', `its timesteps are no whole number of 1 to ${MOST_TIMESTEPS}`);
  }
  return {
    timesteps,
    name: textOf(fields, 'name', 'the description', 'main'),
    input: textOf(fields, 'input', 'the description', 'input'),
    output: textOf(fields, 'output', 'the description', 'output'),
    layers: entries.map(readLayer),
  };
}

type JsonObject = Readonly<Record<string, unknown>>;

function readLayer(layer: JsonObject, index: number): LayerDescription {
  const subject = `layer ${index}`;
  const type = textOf(layer, 'type', subject, null);
  const allow = (...keys: readonly string[]): void => {
    const unknown = Object.keys(layer).find((key) => key !== 'type' && !keys.includes(key));
    if (unknown !== undefined)
      fail(subject, `a layer of type ${quoted(type)} has no field ${quoted(unknown)}`);
  };
  const moduleType = MODULES.find((each) => each === type);
  if (moduleType !== undefined) {
    allow('module');
    return { type: moduleType, module: textOf(layer, 'module', subject, null) };
  }
  if (type === 'leaky_relu') {
    allow('slope');
    const slope = layer['slope'] ?? DEFAULT_SLOPE;
    if (typeof slope !== 'number' || !Number.isFinite(slope)) return fail(subject, 'its slope is no number');
    return { type, slope };
  }
  allow();
  const activation = ACTIVATIONS.find((each) => each === type && each !== 'leaky_relu');
  return { type: activation === undefined || activation === 'leaky_relu' ? 'last' : activation };
}

function textOf(fields: JsonObject, key: string, subject: string, otherwise: string | null): string {
  const value = fields[key] ?? otherwise;
  return typeof value === 'string' && value !== '' ? value : fail(subject, `its ${key} is no text`);
}

function objectOf(value: unknown, subject: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  return fail(subject, 'is no JSON object');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ModelFormatError('the description of the PyTorch model is no JSON; correct it', {
      cause: error,
    });
  }
}

function fail(subject: string, problem: string): never {
  throw new ModelFormatError(`the description of the PyTorch model: ${subject}: ${problem}; correct it`);
}
