import { Octogate } from 'octogate';
import { Framer } from 'octogate/streaming';
import modelUrl from '../../models/digits.tflite?url';
import { listen } from './microphone';
import type { Microphone } from './microphone';

/** Samples of a frame: 21 ms at 48 kHz. */
const FRAME = 1024;
/** What the model takes per timestep. */
const FEATURES = 28;
/** Below this there is silence. */
const FLOOR_DB = -60;

const button = document.querySelector('button');
const meter = document.querySelector('meter');
const output = document.querySelector('output');
if (button === null || meter === null || output === null) throw new Error('the page lacks its elements');

let microphone: Microphone | null = null;

button.addEventListener('click', () => {
  const work = microphone === null ? run() : microphone.stop();
  work.catch((error: unknown) => {
    output.value = String(error);
  });
});

/** Microphone -> pieces -> frames -> features -> LSTM, whose state carries over from frame to frame. */
async function run(): Promise<void> {
  if (button === null || meter === null || output === null) return;
  const model = await Octogate.load(await (await fetch(modelUrl)).arrayBuffer());
  try {
    microphone = await listen();
    button.textContent = 'Stop';
    const frames = microphone.samples.pipeThrough(new Framer({ frame: FRAME }).transform());
    let count = 0;
    for await (const beliefs of model.createSession().stream(features(frames, meter))) {
      count += 1;
      output.value = `${count} frames, ${microphone.dropped} pieces dropped; likeliest class ${beliefs.indexOf(Math.max(...beliefs))}`;
    }
  } finally {
    microphone = null;
    button.textContent = 'Listen';
    model.dispose();
  }
}

/**
 * The levels of the latest 28 frames, after each. A model of sound takes features of its own here; the one of handwritten
 * digits stands in for it, has as many inputs, and hears nothing that makes sense.
 */
async function* features(
  frames: AsyncIterable<Float32Array>,
  meter: HTMLMeterElement,
): AsyncGenerator<Float32Array, void, undefined> {
  const levels = new Float32Array(FEATURES);
  for await (const frame of frames) {
    const power = frame.reduce((sum, sample) => sum + sample * sample, 0) / frame.length;
    meter.value = Math.max(0, 1 - (10 * Math.log10(power + 1e-12)) / FLOOR_DB);
    levels.copyWithin(0, 1);
    levels[FEATURES - 1] = meter.value;
    yield levels;
  }
}
