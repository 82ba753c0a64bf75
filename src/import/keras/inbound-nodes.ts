import { ModelFormatError, UnsupportedModelError } from '../../errors';
import { quoted } from '../../errors/quoted';
import type { JsonObject } from './layer-config';
import { isObject } from './layer-config';

/** An output of one application of a layer. */
export interface ValueReference {
  readonly layer: string;
  readonly call: number;
  readonly output: number;
}

/** One application of a layer. */
export interface LayerCall {
  readonly inputs: readonly ValueReference[];
}

/** What Keras 3 wraps a value of the model in. */
const KERAS_TENSOR = '__keras_tensor__';
/** Arguments of a call that say nothing when they are null or false. */
const HARMLESS = new Set(['training', 'mask']);

/**
 * The applications of a layer of a Functional model: `[[["before", 0, 0, {}]]]` in Keras 2, and in Keras 3
 * `[{ "args": [...], "kwargs": {...} }]` with every value as an object.
 *
 * @throws ModelFormatError if they are of neither form; UnsupportedModelError if values are passed by name, as the
 * states of an LSTM are.
 */
export function readCalls(layer: JsonObject): LayerCall[] {
  const nodes = layer['inbound_nodes'];
  const subject = `layer ${quoted(typeof layer['name'] === 'string' ? layer['name'] : '')}`;
  if (!Array.isArray(nodes)) throw malformed(subject);
  if (nodes.length === 0) return [{ inputs: [] }];
  return (nodes as unknown[]).map((node) => {
    if (isObject(node)) return { inputs: readKeras3Call(node, subject) };
    return { inputs: readKeras2Call(node, subject) };
  });
}

function readKeras2Call(node: unknown, subject: string): ValueReference[] {
  if (!Array.isArray(node)) throw malformed(subject);
  const sources: unknown[] = typeof node[0] === 'string' ? [node] : node;
  return sources.map((source) => {
    if (!Array.isArray(source)) throw malformed(subject);
    const [layer, call, output, named] = source as unknown[];
    if (isObject(named)) requireNothingNamed(named, subject);
    return referenceOf([layer, call, output], subject);
  });
}

function readKeras3Call(node: JsonObject, subject: string): ValueReference[] {
  if (isObject(node['kwargs'])) requireNothingNamed(node['kwargs'], subject);
  const args = node['args'];
  if (!Array.isArray(args)) throw malformed(subject);
  // A merging layer takes one list of values, an operation takes them one by one.
  const values = (args as unknown[]).flatMap((arg): unknown[] => (Array.isArray(arg) ? arg : [arg]));
  return values
    .filter((value) => value !== null)
    .map((value) => {
      if (isObject(value) && value['class_name'] === KERAS_TENSOR && isObject(value['config'])) {
        return referenceOf(value['config']['keras_history'], subject);
      }
      const found = quoted(JSON.stringify(value));
      const reason = `is applied to ${found}, which is no value of the model; put it into a layer`;
      throw new UnsupportedModelError([{ subject, reason }]);
    });
}

function requireNothingNamed(named: JsonObject, subject: string): void {
  for (const [name, value] of Object.entries(named)) {
    const isHarmless = HARMLESS.has(name) && (value === null || value === false);
    if (isHarmless || value === null) continue;
    const reason = `is called with ${quoted(name)}; call it with its inputs alone, states are the session's`;
    throw new UnsupportedModelError([{ subject, reason }]);
  }
}

/** Ends of the model: one reference, a list of them, or an object of named ones. */
export function readReferences(value: unknown, subject: string): ValueReference[] {
  if (isObject(value)) {
    return Object.values(value).flatMap((each) => readReferences(each, subject));
  }
  if (!Array.isArray(value)) throw malformed(subject);
  if (typeof value[0] === 'string') return [referenceOf(value, subject)];
  return (value as unknown[]).map((each) => referenceOf(each, subject));
}

function referenceOf(value: unknown, subject: string): ValueReference {
  if (!Array.isArray(value)) throw malformed(subject);
  const [layer, call, output] = value as unknown[];
  if (typeof layer === 'string' && Number.isInteger(call) && Number.isInteger(output)) {
    return { layer, call: call as number, output: output as number };
  }
  throw malformed(subject);
}

function malformed(subject: string): ModelFormatError {
  return new ModelFormatError(
    `${subject}: what it is connected to cannot be read; save the model again, or pass what model.to_json() gives`,
  );
}
