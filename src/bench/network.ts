import { at, InputError, UnsupportedModelError } from '../errors';
import { importTflite } from '../import/tflite';
import type { Graph } from '../model';
import { elementCount, evaluateShapes } from '../model/shapes';
import { dequantizeValues } from '../lower/real-values';
import { ALL_FAMILIES } from '../runtime/families/all';
import { prepareGraph } from '../runtime/prepare-graph';
import { programInputs } from '../runtime/program-ends';
import { RandomInt8 } from './random-int8';
import { randomInput, randomModel } from './random-model';
import type { BenchShape } from './shapes';
import { workOf } from './work';
import type { CallWork } from './work';

/** What to benchmark, as a caller says it. */
export type BenchSubject =
  | {
      /** A random network. */
      readonly kind: 'shape';
      /** Its sizes, and those of a call. */
      readonly shape: BenchShape;
    }
  | {
      /** A model of the caller's. */
      readonly kind: 'model';
      /** As the table has it. */
      readonly name: string;
      /** `.tflite` file. */
      readonly bytes: Uint8Array;
      /** Default: the file's. */
      readonly timesteps?: number;
      /** Default: the file's. */
      readonly batch?: number;
    };

/** A network with the inputs of one call. */
export interface BenchNetwork {
  /** As tables have it. */
  readonly name: string;
  /** What it is, in a few words. */
  readonly what: string;
  /** The network itself, weights included. */
  readonly graph: Graph;
  /** Of one call. */
  readonly timesteps: number;
  /** Sequences of one call. */
  readonly batch: number;
  /** By name, row-major, as the network lays them out: batch first in those of a shape. */
  readonly inputs: Readonly<Record<string, Int8Array<ArrayBuffer> | Float32Array<ArrayBuffer>>>;
  /** What one call computes and moves. */
  readonly work: CallWork;
  /** What a random network was made from; null for a model. */
  readonly shape: BenchShape | null;
  /** A model's file; null for a random network. */
  readonly file: Uint8Array | null;
}

/**
 * Makes the network and random inputs; equal seeds give equal ones.
 *
 * @throws ModelFormatError, UnsupportedModelError, or InputError for sizes that the model does not have or inputs that
 * random numbers are no use for.
 */
export function buildNetwork(subject: BenchSubject, seed: number): BenchNetwork {
  return subject.kind === 'shape' ? networkOfShape(subject.shape, seed) : networkOfModel(subject, seed);
}

function networkOfShape(shape: BenchShape, seed: number): BenchNetwork {
  const { name, what, timesteps, batch } = shape;
  const graph = randomModel(shape, seed);
  const inputs = { [at(graph.tensors, at(graph.inputs, 0)).name]: randomInput(shape, seed + 1) };
  const work = workOf(prepareGraph(graph, ALL_FAMILIES), { timesteps, batch });
  return { name, what, graph, timesteps, batch, inputs, work, shape, file: null };
}

function networkOfModel(subject: BenchSubject & { readonly kind: 'model' }, seed: number): BenchNetwork {
  const { name, bytes } = subject;
  const graph = importTflite(bytes);
  const executable = prepareGraph(graph, ALL_FAMILIES);
  const { shapes, program } = executable;
  const timesteps = subject.timesteps ?? shapes.timesteps.inFile;
  const batch = subject.batch ?? shapes.batch.inFile;
  const sizes = evaluateShapes(shapes, { timesteps, batch });
  const random = new RandomInt8(seed + 1);
  const inputs: Record<string, Int8Array<ArrayBuffer> | Float32Array<ArrayBuffer>> = {};
  for (const end of programInputs(program)) {
    const { dtype } = end.tensor;
    const values = random.values(elementCount(at(sizes, end.innerId)));
    if (dtype === 'int8') inputs[end.name] = values;
    else if (dtype === 'float32') {
      // An island may take logarithms and roots of them, so they are not negative.
      inputs[end.name] =
        end.inner.dtype === 'int8' && end.inner.quantization !== null
          ? dequantizeValues(values, end.inner.quantization)
          : Float32Array.from(values, (value) => (value + 128) / 64);
    } else
      throw new InputError(`${name}: input "${end.name}" is ${dtype}; there are no random values for it`);
  }
  if (Object.keys(inputs).length === 0) {
    throw new UnsupportedModelError([
      { subject: name, reason: 'it has no input, so there is no call to time' },
    ]);
  }
  const work = workOf(executable, { timesteps, batch });
  return { name, what: 'a model file', graph, timesteps, batch, inputs, work, shape: null, file: bytes };
}
