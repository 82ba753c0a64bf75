/** What peers of a page are loaded from: paths below `node_modules`, of builds that their authors made for pages. */

export interface OnnxruntimeFiles {
  /** The module. */
  readonly entry: string;
  /** What it loads itself, from beside it. */
  readonly parts: readonly string[];
}

const onnxruntime = (name: string): string => `onnxruntime-web/dist/${name}`;

export const ONNXRUNTIME_FILES: Readonly<Record<'webgpu' | 'wasm', OnnxruntimeFiles>> = {
  webgpu: {
    entry: onnxruntime('ort.webgpu.min.mjs'),
    parts: ['mjs', 'wasm'].map((type) => onnxruntime(`ort-wasm-simd-threaded.asyncify.${type}`)),
  },
  wasm: {
    entry: onnxruntime('ort.wasm.min.mjs'),
    parts: ['mjs', 'wasm'].map((type) => onnxruntime(`ort-wasm-simd-threaded.${type}`)),
  },
};

/** In the order in which they find each other. */
export const TENSORFLOW_FILES: readonly string[] = [
  '@tensorflow/tfjs-core/dist/tf-core.min.js',
  '@tensorflow/tfjs-layers/dist/tf-layers.min.js',
  '@tensorflow/tfjs-backend-webgpu/dist/tf-backend-webgpu.min.js',
];
