import type * as Onnxruntime from 'onnxruntime-web';
import { once, THREADS } from './host';
import type { PeerHost, Tensorflow } from './host';
import { ONNXRUNTIME_FILES, TENSORFLOW_FILES } from './page-files';
import type { TfliteModule, TfliteModuleFactory } from './tflite-module';

/**
 * Peers of a page or of a worker, TFLite's of a page alone.
 *
 * @param packages address of what `node_modules` holds, ending in a slash
 */
export function createPageHost(packages: string): PeerHost {
  // Shared memory, and so threads, are for pages that their server sends isolated.
  const threads = crossOriginIsolated ? THREADS : 1;
  const onnxruntime = {
    webgpu: once(() => loadOnnxruntime(packages, 'webgpu', threads)),
    wasm: once(() => loadOnnxruntime(packages, 'wasm', threads)),
  };
  return {
    threads,
    onnxruntime: (where) => onnxruntime[where](),
    tensorflow: once(() => loadTensorflow(packages)),
    tflite: once(() => loadTflite(packages)),
    settle,
  };
}

async function loadOnnxruntime(
  packages: string,
  where: 'webgpu' | 'wasm',
  threads: number,
): Promise<typeof Onnxruntime> {
  const ort = (await importFrom(packages, ONNXRUNTIME_FILES[where].entry)) as typeof Onnxruntime;
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = 'error';
  return ort;
}

async function loadTensorflow(packages: string): Promise<Tensorflow> {
  for (const path of TENSORFLOW_FILES) await importFrom(packages, path);
  // One global holds what all of them define.
  const { tf } = globalThis as unknown as { readonly tf: Tensorflow['core'] & Tensorflow['layers'] };
  await tf.setBackend('webgpu');
  return { core: tf, layers: tf };
}

function importFrom(packages: string, path: string): Promise<unknown> {
  return import(/* @vite-ignore */ `${packages}${path}`);
}

async function loadTflite(packages: string): Promise<TfliteModule> {
  const path = `${packages}@tensorflow/tfjs-tflite/wasm/tflite_web_api_cc_simd`;
  await loadScript(`${path}.js`);
  const { tflite_web_api_ModuleFactory: factory } = globalThis as unknown as {
    readonly tflite_web_api_ModuleFactory: TfliteModuleFactory;
  };
  const wasmBinary = await (await fetch(`${path}.wasm`)).arrayBuffer();
  const silent = (): void => undefined;
  return factory({ wasmBinary, print: silent, printErr: silent });
}

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
