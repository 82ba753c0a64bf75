import { wrap } from 'comlink';
import { parseNpy } from 'octogate/data';
import samplesUrl from '../../models/digits-samples.npy?url';
import type { Classifier } from './classifier.worker';

const SIDE = 28;

const worker = new Worker(new URL('./classifier.worker.ts', import.meta.url), { type: 'module' });
const classifier = wrap<Classifier>(worker);

const digits = document.querySelector('#digits');
const output = document.querySelector('output');
if (digits === null || output === null) throw new Error('the page lacks its elements');

const { data } = parseNpy('samples', new Uint8Array(await (await fetch(samplesUrl)).arrayBuffer()));
if (!(data instanceof Int8Array)) throw new TypeError('the samples are int8');
for (let start = 0; start < data.length; start += SIDE * SIDE) {
  digits.append(picture(data.subarray(start, start + SIDE * SIDE)));
}
try {
  output.value = (await classifier.classify(data)).join(' ');
} catch (error) {
  output.value = String(error);
}

function picture(grey: Int8Array): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIDE;
  const pixels = new ImageData(SIDE, SIDE);
  for (const [index, level] of grey.entries()) pixels.data.set([0, 0, 0, level + 128], 4 * index);
  canvas.getContext('2d')?.putImageData(pixels, 0, 0);
  return canvas;
}
