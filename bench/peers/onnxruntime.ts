import { version } from '../../node_modules/onnxruntime-web/package.json';
import type { BenchNetwork, Peer, PeerCall } from '../../src/bench';
import { floatInput, floatRefusal, swapRows } from './float-network';
import { once } from './host';
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
  { id: 'ort-wasm', title: 'WASM, f32', provider: 'wasm', model: 'float' },
  { id: 'ort-wasm-int8', title: 'WASM, DynamicQuantizeLSTM', provider: 'wasm', model: 'dynamic' },
];

export function onnxruntimePeers(host: PeerHost): Peer[] {
  const load = { webgpu: once(() => loadWith(host, 'webgpu')), wasm: once(() => loadWith(host, 'wasm')) };
  const threads = host.threads === 1 ? '1 thread' : `${host.threads} threads`;
  return VARIANTS.map(({ id, title, provider, model }) => ({
    id,
    title: `onnxruntime-web ${version}, ${title}${provider === 'wasm' ? `, ${threads}` : ''}`,
    where: provider === 'webgpu' ? 'gpu' : 'cpu',
    load: load[provider],
    refusal: floatRefusal,
    prepare: (network) => prepare(host, network, provider, model),
  }));
}

/** Its WebAssembly is compiled when a first session is made. */
async function loadWith(host: PeerHost, provider: Variant['provider']): Promise<void> {
  const ort = await host.onnxruntime(provider);
  const session = await ort.InferenceSession.create(emptyOnnxModel(), { executionProviders: [provider] });
  await session.release();
  await host.settle();
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
