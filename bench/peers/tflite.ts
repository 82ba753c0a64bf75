import type { BenchNetwork, Peer, PeerCall } from '../../src/bench';
import { at } from '../../src/errors';
import { exportTflite } from '../../src/export/tflite';
import type { Graph, LstmDirection } from '../../src/model';
import type { PeerHost } from './host';
import { createInterpreter, TfliteError, vectorElements } from './tflite-module';
import type { TfliteModule } from './tflite-module';

export function tflitePeer(host: PeerHost): Peer {
  return {
    id: 'tflite',
    title: 'TFLite, WASM with SIMD, int8, 1 thread',
    where: 'cpu',
    async load() {
      await host.tflite();
    },
    refusal: sizeRefusal,
    prepare: async (network) => prepare(await host.tflite(), network),
  };
}

/** A file's sizes are part of it. */
function sizeRefusal({ graph, inputs }: BenchNetwork): string | null {
  const differs = graph.inputs
    .map((id) => at(graph.tensors, id))
    .some(({ name, shape }) => inputs[name]?.length !== shape.reduce((product, size) => product * size, 1));
  return differs ? "it runs a file at the file's own batch and timesteps only" : null;
}

function prepare(tflite: TfliteModule, network: BenchNetwork): PeerCall {
  const { graph, inputs } = network;
  const interpreter = createInterpreter(tflite, exportTflite(forOldBuild(graph)), []);
  const values = graph.inputs.map((id) => {
    const input = inputs[at(graph.tensors, id).name];
    if (input === undefined) throw new TypeError('an input is missing');
    return input;
  });
  let latest: Int8Array | Float32Array = new Int8Array();
  return {
    run() {
      vectorElements(interpreter.GetInputs()).forEach((slot, index) => {
        slot.data().set(at(values, index));
      });
      if (!interpreter.Infer()) throw new TfliteError('inference failed');
      const output = interpreter.GetOutputs().get(0).data();
      if (!(output instanceof Int8Array || output instanceof Float32Array)) {
        throw new TfliteError('the output is neither int8 nor float32');
      }
      latest = output.slice();
      return Promise.resolve();
    },
    output: () => latest,
    // The module has no way to free an interpreter; it goes with the process or the page.
    dispose: () => undefined,
  };
}

/**
 * The graph for the old build that tfjs-tflite carries, which subtracts the zero point of hidden values in layers without
 * projection where today's TFLite adds it: negated, it computes the same.
 */
function forOldBuild(graph: Graph): Graph {
  return {
    ...graph,
    ops: graph.ops.map((op) => {
      if (op.kind !== 'lstm') return op;
      const [first, second] = op.directions;
      const directions =
        second === undefined ? ([negated(first)] as const) : ([negated(first), negated(second)] as const);
      return { ...op, directions };
    }),
  };
}

function negated(direction: LstmDirection): LstmDirection {
  if (direction.projection !== null || direction.hidden === null) return direction;
  const zeroPoints = direction.hidden.zeroPoints.map((zeroPoint) => -zeroPoint);
  return { ...direction, hidden: { ...direction.hidden, zeroPoints } };
}
