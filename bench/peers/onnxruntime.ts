import { version } from '../../node_modules/onnxruntime-web/package.json';
import type { BenchNetwork, Peer, PeerCall } from '../../src/bench';
import { floatInput, floatRefusal, swapRows } from './float-network';
import { THREADS } from './host';
import type { PeerHost } from './host';
import { emptyOnnxModel, INPUT, OUTPUT, onnxModel } from './onnx-model';

interface Variant {
  readonly id: string;
  readonly title: string;
  readonly provider: 'webgpu' | 'wasm';
  readonly model: 'float' | 'dynamic';
}

const VARIANTS: readonly Variant[] = [
  { id: 'ort-webgpu', title: 'WebGPU, f32', provider: 'webgpu', model: 'float' },
  { id: 'ort-wasm', title: `WASM, f32, ${THREADS} threads`, provider: 'wasm', model: 'float' },
  {
    id: 'ort-wasm-int8',
    title: `WASM, DynamicQuantizeLSTM, ${THREADS} threads`,
    provider: 'wasm',
    model: 'dynamic',
  },
];

export function onnxruntimePeers(host: PeerHost): Peer[] {
  return VARIANTS.map(({ id, title, provider, model }) => ({
    id,
    title: `onnxruntime-web ${version}, ${title}`,
    where: provider === 'webgpu' ? 'gpu' : 'cpu',
    async load() {
      const ort = await host.onnxruntime(provider);
      // Its WebAssembly is compiled when a first session is made.
      const session = await ort.InferenceSession.create(emptyOnnxModel(), { executionProviders: [provider] });
      await session.release();
      await host.settle();
    },
    refusal: floatRefusal,
    prepare: (network) => prepare(host, network, provider, model),
  }));
}

async function prepare(
  host: PeerHost,
  network: BenchNetwork,
  provider: Variant['provider'],
  model: Variant['model'],
): Promise<PeerCall> {
  const ort = await host.onnxruntime(provider);
  const { batch, timesteps } = network;
  const session = await ort.InferenceSession.create(onnxModel(network, model), {
    executionProviders: [provider],
  });
  const values = swapRows(floatInput(network), batch, timesteps);
  const dims = [timesteps, batch, values.length / batch / timesteps];
  const input = new ort.Tensor('float32', values, dims);
  let latest: Float32Array = new Float32Array();
  return {
    async run() {
      const { [OUTPUT]: output } = await session.run({ [INPUT]: input });
      if (!(output?.data instanceof Float32Array)) throw new TypeError('onnxruntime gave no float32 output');
      latest = output.data;
    },
    output: () => swapRows(latest, timesteps, batch),
    dispose() {
      void session.release();
    },
  };
}
