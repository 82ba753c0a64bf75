import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type * as Onnxruntime from 'onnxruntime-web';
import { once, THREADS } from './host';
import type { PeerHost, Tensorflow } from './host';
import type { TfliteModule, TfliteModuleFactory } from './tflite-module';

/** Not `import`: Vite, which compiles this module, has left by the time that a peer is first wanted. */
const require = createRequire(import.meta.url);

/** Peers of a process; `close` lets it end. */
export interface NodePeerHost extends PeerHost {
  close(): void;
}

/**
 * @param gpu what peers find as `navigator.gpu`; with the WebGPU constants and classes defined, as `createNodeGpu` does
 */
export function createNodeHost(gpu: GPU): NodePeerHost {
  offerWebGpu(gpu);
  // Work that a peer waits for on the GPU does not keep Node running.
  const alive = setInterval(() => undefined, 1000);
  return {
    threads: THREADS,
    onnxruntime: (where) => (where === 'webgpu' ? onnxruntimeWebGpu() : onnxruntimeWasm()),
    tensorflow,
    tflite,
    settle,
    close() {
      clearInterval(alive);
    },
  };
}

/** Node 20 has no `navigator`, later ones have one without WebGPU. */
function offerWebGpu(gpu: GPU): void {
  const target = globalThis as { navigator?: object };
  if (target.navigator === undefined) {
    const value = { hardwareConcurrency: THREADS, language: 'en', userAgent: 'node' };
    Object.defineProperty(target, 'navigator', { value, configurable: true });
  }
  Object.defineProperty(target.navigator, 'gpu', { value: gpu, configurable: true });
  acceptSharedMemory();
}

const patched = new WeakSet<object>();

/**
 * Dawn for Node takes no views of shared memory in `writeBuffer`, and the memory of onnxruntime's build with threads is
 * shared: such data is copied first, which costs the peer one copy of its uploads.
 */
function acceptSharedMemory(): void {
  const { prototype } = GPUQueue;
  if (patched.has(prototype)) return;
  patched.add(prototype);
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the queue it is called on
  const { writeBuffer } = prototype;
  prototype.writeBuffer = function (this: GPUQueue, buffer, offset, data, dataOffset, size) {
    const [memory, start, length] =
      'buffer' in data ? [data.buffer, data.byteOffset, data.byteLength] : [data, 0, data.byteLength];
    if (!(memory instanceof SharedArrayBuffer)) {
      writeBuffer.call(this, buffer, offset, data, dataOffset, size);
      return;
    }
    // In elements of a typed array, in bytes of a plain buffer.
    const unit = 'BYTES_PER_ELEMENT' in data ? Number(data.BYTES_PER_ELEMENT) : 1;
    const skipped = (dataOffset ?? 0) * unit;
    const taken = size === undefined ? length - skipped : size * unit;
    const copy = new Uint8Array(memory, start + skipped, taken).slice();
    writeBuffer.call(this, buffer, offset, new Uint8Array(copy));
  };
}

const SETTLE_STEP_MS = 500;
const QUIET_SHARE = 0.2;
const LONGEST_SETTLE_MS = 120_000;

/** Until the process takes next to no processor time by itself. */
async function settle(): Promise<void> {
  const end = performance.now() + LONGEST_SETTLE_MS;
  for (let share = 1; share > QUIET_SHARE && performance.now() < end;) {
    const before = process.cpuUsage();
    await delay(SETTLE_STEP_MS);
    const { user, system } = process.cpuUsage(before);
    share = (user + system) / 1000 / SETTLE_STEP_MS;
  }
}

/** The build for pages, since the one for Node has no WebGPU; a second thread would not help it, and does not load here. */
const onnxruntimeWebGpu = once((): Promise<typeof Onnxruntime> => {
  const folder = dirname(require.resolve('onnxruntime-web'));
  const ort = require(join(folder, 'ort.webgpu.min.js')) as typeof Onnxruntime;
  const wasm = join(folder, 'ort-wasm-simd-threaded.asyncify');
  ort.env.wasm.wasmPaths = { mjs: pathToFileURL(`${wasm}.mjs`).href };
  ort.env.wasm.wasmBinary = new Uint8Array(readFileSync(`${wasm}.wasm`)).buffer;
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  return Promise.resolve(ort);
});

const onnxruntimeWasm = once((): Promise<typeof Onnxruntime> => {
  const ort = require('onnxruntime-web') as typeof Onnxruntime;
  ort.env.wasm.numThreads = THREADS;
  ort.env.logLevel = 'error';
  return Promise.resolve(ort);
});

const tensorflow = once(async (): Promise<Tensorflow> => {
  const core = require('@tensorflow/tfjs-core') as Tensorflow['core'];
  const layers = require('@tensorflow/tfjs-layers') as Tensorflow['layers'];
  require('@tensorflow/tfjs-backend-webgpu');
  await core.setBackend('webgpu');
  return { core, layers };
});

const tflite = once((): Promise<TfliteModule> => loadTflite('_simd', () => undefined));

/**
 * A fresh instance of TFLite's module.
 *
 * @param build the plain one, which every machine runs alike, or the one with SIMD
 */
export async function loadTflite(build: '' | '_simd', print: (line: string) => void): Promise<TfliteModule> {
  const path = `@tensorflow/tfjs-tflite/wasm/tflite_web_api_cc${build}`;
  const factory = require(`${path}.js`) as TfliteModuleFactory;
  const wasmBinary = await readFile(require.resolve(`${path}.wasm`));
  return factory({ wasmBinary, print, printErr: print });
}
