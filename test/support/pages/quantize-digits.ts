/** What a page made of a float model. */
export interface QuantizedInPage {
  /** Of the `.tflite` file. */
  readonly bytes: number[];
  readonly progress: readonly number[];
}

/**
 * Source of a function for a page: reads a float model, calibrates it on images, quantizes it and writes a file, by the entry
 * points that a bundler would take. `(recipe) => Promise<QuantizedInPage>`
 */
export const quantizeDigits = `async (recipe) => {
  const { importModel } = await import('/dist/import.js');
  const { quantize, recordMetadata } = await import('/dist/quantize.js');
  const { exportTflite } = await import('/dist/export.js');
  const bytesOf = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
  const graph = await importModel(await bytesOf('/digits-float.tflite'));
  const pixels = new Float32Array((await bytesOf('/images.bin')).buffer);
  async function* samples() {
    for (let begin = 0; begin < pixels.length; begin += 784) {
      yield { calls: [[{ shape: [1, 28, 28], data: pixels.slice(begin, begin + 784) }]] };
    }
  }
  const progress = [];
  const quantized = await quantize(graph, samples(), { recipe, onProgress: ({ done }) => progress.push(done) });
  const file = exportTflite(quantized.graph, { metadata: recordMetadata(quantized.record) });
  return { bytes: [...file], progress };
}`;
