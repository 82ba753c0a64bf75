import { beforeAll, expect, test } from 'vitest';
import { type LibraryServer, serveBuiltLibrary } from '../../scripts/browser/serve-library';
import { exportTflite } from '../../src/export/tflite';
import { importModel } from '../../src/import';
import { importTflite } from '../../src/import/tflite';
import { quantize, recordMetadata } from '../../src/quantize';
import type { RecipeName } from '../../src/quantize';
import { asInput, loadDigits } from '../../training/digits/dataset';
import { digitsFloatGraph } from '../../training/digits/model';
import { calibrationImages, samplesOf } from '../../training/digits/quantized';
import { describeInBrowsers } from '../support/browser';
import { quantizeDigits, type QuantizedInPage } from '../support/pages/quantize-digits';

const IMAGES = calibrationImages(loadDigits(), 2);
const FLOAT_FILE = exportTflite(digitsFloatGraph());

let server: LibraryServer;
beforeAll(async () => {
  const type = 'application/octet-stream';
  server = await serveBuiltLibrary({
    '/digits-float.tflite': { type, body: FLOAT_FILE },
    '/images.bin': { type, body: new Uint8Array(asInput(IMAGES).data.buffer) },
  });
  return () => server.close();
});

async function quantizedHere(recipe: RecipeName): Promise<Uint8Array> {
  const { graph, record } = await quantize(await importModel(FLOAT_FILE), samplesOf(IMAGES), { recipe });
  return exportTflite(graph, { metadata: recordMetadata(record) });
}

describeInBrowsers('quantizing the digits model in a page', (openPage) => {
  test.each(['plain', 'best'] as const)('gives the file that it gives in Node, recipe %s', async (recipe) => {
    const page = await openPage(server.origin);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    const { bytes, progress } = (await page.evaluate(
      `(${quantizeDigits})(${JSON.stringify(recipe)})`,
    )) as QuantizedInPage;
    const file = Uint8Array.from(bytes);
    expect(Buffer.from(file).equals(await quantizedHere(recipe))).toBe(true);
    expect(progress.slice(0, IMAGES.length)).toEqual(IMAGES.map((_, index) => index + 1));
    expect(importTflite(file).ops.map(({ kind }) => kind)).toContain('lstm');
    // The importers of other formats, and what they need, stay where they are.
    expect(asked.filter((path) => /onnx|keras|protobuf|jsfive|fflate|plot|linkedom/.test(path))).toEqual([]);
  });
});
