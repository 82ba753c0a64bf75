import { at } from '../errors';
import { GATES, opTensors } from '../model';
import type { Graph, LstmDirection, TensorId } from '../model';
import { elementCount, evaluateShapes } from '../model/shapes';
import { analyzeShapes } from '../model/shapes/analyze';

/** Speeds of a device that costs are held against. */
export interface NominalDevice {
  /** For people. */
  readonly name: string;
  /** float32 multiply-accumulates per second. */
  readonly floatMacsPerSecond: number;
  /** int8 multiply-accumulates per second, in packed dot products of four. */
  readonly int8MacsPerSecond: number;
  /** Bytes per second that weights are read with. */
  readonly bytesPerSecond: number;
  /** Memory that keeps weights between timesteps, where they all fit, and its speed. */
  readonly cache?: {
    /** Its size. */
    readonly bytes: number;
    /** Bytes per second that weights are read from it with. */
    readonly bytesPerSecond: number;
  };
}

/** Round numbers of the order of a laptop's integrated GPU, to compare forms of a model and not to promise times. */
export const NOMINAL_DEVICE: NominalDevice = {
  name: 'nominal integrated GPU',
  floatMacsPerSecond: 250e9,
  int8MacsPerSecond: 1000e9,
  bytesPerSecond: 40e9,
};

/** What one timestep of one sequence takes. */
export interface StepCost {
  /** Multiply-accumulates. */
  readonly macs: number;
  /** Of which in int8. */
  readonly int8Macs: number;
  /** Weights and biases, each read once. */
  readonly weightBytes: number;
  /** Lower bound: the larger of computing and reading at the nominal device's speeds. */
  readonly seconds: number;
}

/** Costs of a timestep from the sizes of a graph's layers; activations, dispatches and everything else are left out. */
export function stepCost(graph: Graph, device: NominalDevice = NOMINAL_DEVICE): StepCost {
  const shapes = analyzeShapes(graph);
  const timesteps = shapes.timesteps.inFile;
  const sizes = evaluateShapes(shapes, { batch: shapes.batch.inFile, timesteps });
  const perStep = shapes.batch.inFile * timesteps;
  let [floatMacs, int8Macs, weightBytes] = [0, 0, 0];
  const count = (weights: TensorId, macs: number): void => {
    if (at(graph.tensors, weights).dtype === 'float32') floatMacs += macs;
    else int8Macs += macs;
  };
  const elements = (id: TensorId): number => elementCount(at(graph.tensors, id).shape);
  for (const op of graph.ops) {
    switch (op.kind) {
      case 'lstm':
        for (const weights of op.directions.flatMap(matricesOf)) count(weights, elements(weights));
        break;
      case 'fullyConnected':
      case 'conv2d':
      case 'depthwiseConv2d': {
        const outputs = elementCount(at(sizes, op.output));
        const channels = at(sizes, op.output).at(-1) ?? 1;
        count(op.weights, (elements(op.weights) * outputs) / channels / perStep);
        break;
      }
      default:
        break;
    }
  }
  for (const id of new Set(graph.ops.flatMap((op) => opTensors(op).weights.map((use) => use.id)))) {
    weightBytes += at(graph.tensors, id).data?.byteLength ?? 0;
  }
  const computing = floatMacs / device.floatMacsPerSecond + int8Macs / device.int8MacsPerSecond;
  const { cache } = device;
  const isCached = cache !== undefined && weightBytes <= cache.bytes;
  const reading = weightBytes / (isCached ? cache.bytesPerSecond : device.bytesPerSecond);
  return { macs: floatMacs + int8Macs, int8Macs, weightBytes, seconds: Math.max(computing, reading) };
}

function matricesOf({ gates, projection }: LstmDirection): TensorId[] {
  const ofGates = GATES.flatMap((name) => {
    const gate = gates[name];
    return gate === null ? [] : [gate.inputWeights, gate.recurrentWeights];
  });
  return projection === null ? ofGates : [...ofGates, projection.weights];
}
