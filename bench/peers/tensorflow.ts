import { version } from '@tensorflow/tfjs-layers/package.json';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { BenchNetwork, Peer, PeerCall } from '../../src/bench';
import { floatInput, floatLayers, floatRefusal, transposeGates } from './float-network';
import type { FloatLayer, GateName } from './float-network';
import type { PeerHost, Tensorflow } from './host';

/** TensorFlow.js stacks gates in this order. */
const GATES: readonly GateName[] = ['input', 'forget', 'cell', 'output'];

export function tensorflowPeer(host: PeerHost): Peer {
  return {
    id: 'tfjs-webgpu',
    title: `TensorFlow.js ${version}, WebGPU, f32`,
    where: 'gpu',
    async load() {
      await host.tensorflow();
    },
    refusal: floatRefusal,
    prepare: async (network) => prepare(await host.tensorflow(), network),
  };
}

function prepare({ core, layers }: Tensorflow, network: BenchNetwork): PeerCall {
  const { batch, timesteps } = network;
  const values = floatInput(network);
  const features = values.length / batch / timesteps;
  const start = layers.input({ batchShape: [batch, timesteps, features] });
  const stack = floatLayers(network);
  let value = start;
  const created = stack.map(({ units }) => {
    const layer = layers.layers.lstm({
      units,
      returnSequences: true,
      activation: 'tanh',
      recurrentActivation: 'sigmoid',
      unitForgetBias: false,
      // The default takes a singular value decomposition, for weights that are replaced at once.
      recurrentInitializer: 'zeros',
    });
    value = layer.apply(value) as typeof start;
    return layer;
  });
  const model = layers.model({ inputs: start, outputs: value });
  created.forEach((layer, index) => {
    const weights = weightsOf(core, stack[index]);
    layer.setWeights(weights);
    for (const weight of weights) weight.dispose();
  });
  let latest: Float32Array = new Float32Array();
  return {
    async run() {
      // The input is uploaded anew, as a caller's would be.
      const input = core.tensor(values, [batch, timesteps, features]);
      const output = model.predict(input) as Tensor;
      latest = (await output.data()) as Float32Array;
      output.dispose();
      input.dispose();
    },
    output: () => latest,
    dispose() {
      model.dispose();
    },
  };
}

function weightsOf(core: Tensorflow['core'], layer: FloatLayer | undefined): Tensor[] {
  if (layer === undefined) return [];
  const { units, inputElements, gates } = layer;
  const matrix = (which: 'inputWeights' | 'recurrentWeights', depth: number): Tensor =>
    core.tensor(
      transposeGates(
        GATES.map((gate) => gates[gate][which]),
        units,
        depth,
        new Float32Array(4 * units * depth),
      ),
      [depth, 4 * units],
    );
  const bias = core.concat(GATES.map((gate) => core.tensor1d(gates[gate].bias)));
  return [matrix('inputWeights', inputElements), matrix('recurrentWeights', units), bias];
}
