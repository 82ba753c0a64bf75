import type * as Onnxruntime from 'onnxruntime-web';
import { once, THREADS } from './host';
import type { PeerHost, Tensorflow } from './host';
import type { TfliteModule, TfliteModuleFactory } from './tflite-module';

/** Where the page's server has the installed packages. */
const PACKAGES = '/node_modules';
const TENSORFLOW = `${PACKAGES}/@tensorflow`;

/** Peers of a page, from the builds that their authors made for pages. */
export function createPageHost(): PeerHost {
  return {
    onnxruntime: (where) => (where === 'webgpu' ? onnxruntimeWebGpu() : onnxruntimeWasm()),
    tensorflow,
    tflite,
    settle,
  };
}

const onnxruntimeWebGpu = once(() => loadOnnxruntime('ort.webgpu.min.mjs'));
const onnxruntimeWasm = once(() => loadOnnxruntime('ort.wasm.min.mjs'));

async function loadOnnxruntime(file: string): Promise<typeof Onnxruntime> {
  const url = `${PACKAGES}/onnxruntime-web/dist/${file}`;
  const ort = (await import(/* @vite-ignore */ url)) as typeof Onnxruntime;
  ort.env.wasm.numThreads = THREADS;
  ort.env.logLevel = 'error';
  return ort;
}

const tensorflow = once(async (): Promise<Tensorflow> => {
  await loadScript(`${TENSORFLOW}/tfjs-core/dist/tf-core.min.js`);
  await loadScript(`${TENSORFLOW}/tfjs-layers/dist/tf-layers.min.js`);
  await loadScript(`${TENSORFLOW}/tfjs-backend-webgpu/dist/tf-backend-webgpu.min.js`);
  // One global holds what all three define.
  const { tf } = globalThis as unknown as { readonly tf: Tensorflow['core'] & Tensorflow['layers'] };
  await tf.setBackend('webgpu');
  return { core: tf, layers: tf };
});

const tflite = once(async (): Promise<TfliteModule> => {
  const path = `${TENSORFLOW}/tfjs-tflite/wasm/tflite_web_api_cc_simd`;
  await loadScript(`${path}.js`);
  const { tflite_web_api_ModuleFactory: factory } = globalThis as unknown as {
    readonly tflite_web_api_ModuleFactory: TfliteModuleFactory;
  };
  const wasmBinary = await (await fetch(`${path}.wasm`)).arrayBuffer();
  const silent = (): void => undefined;
  return factory({ wasmBinary, print: silent, printErr: silent });
});

async function loadScript(url: string): Promise<void> {
  const script = document.createElement('script');
  script.src = url;
  await new Promise((resolve, reject) => {
    script.addEventListener('load', resolve);
    script.addEventListener('error', () => {
      reject(new Error(`${url} does not load`));
    });
    document.head.append(script);
  });
}

const SETTLE_MS = 30_000;

/** A page cannot see what the browser's processes are busy with, so it waits for as long as compilation takes at most. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}
