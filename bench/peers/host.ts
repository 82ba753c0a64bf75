import type * as Onnxruntime from 'onnxruntime-web';
import type * as TensorflowCore from '@tensorflow/tfjs-core';
import type * as TensorflowLayers from '@tensorflow/tfjs-layers';
import type { TfliteModule } from './tflite-module';

/** Threads of the peers that compute on the processor and may have several: as many cores as the software adapters use. */
export const THREADS = 2;

/** Where peers live: they load their parts differently in Node and in a page, once each, when they are first wanted. */
export interface PeerHost {
  /** Of the peers that compute on the processor and may have several. */
  readonly threads: number;
  /** For WebGPU, or for WebAssembly with so many threads. */
  onnxruntime(where: 'webgpu' | 'wasm'): Promise<typeof Onnxruntime>;
  /** With its WebGPU backend chosen. */
  tensorflow(): Promise<Tensorflow>;
  /** The WebAssembly build with SIMD, one thread. */
  tflite(): Promise<TfliteModule>;
  /** Waits until what was loaded is compiled in earnest: engines go on in the background, at the cost of whoever is timed. */
  settle(): Promise<void>;
}

export interface Tensorflow {
  readonly core: typeof TensorflowCore;
  readonly layers: typeof TensorflowLayers;
}

/** `create` once, however often it is asked for. */
export function once<T>(create: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | null = null;
  return () => (value ??= create());
}
