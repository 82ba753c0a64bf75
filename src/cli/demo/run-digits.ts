import { join } from 'node:path';
import { Octogate } from '../../index';
import type { Model } from '../../index';
import { Execution } from '../execution';
import type { ExecutionReport } from '../execution';
import { readBytes } from '../files';
import { readNpy } from '../npy';
import { LayerTraces } from '../trace/call-trace';
import type { CallTrace } from '../trace/call-trace';
import { compareTraces } from '../trace/compare-traces';
import { startProgress } from '../progress';
import { IMAGE_SIZE } from './digit-art';

/** Beside `dist/`, in a checkout and in the published package. */
const MODELS = join(import.meta.dirname, '../models');
const CLASSES = 10;
/** The input's real zero, no ink, as int8. */
const NO_INK = -128;

export interface DigitResult {
  /** 0 to 255, `[28, 28]` row-major. */
  readonly ink: Uint8Array;
  readonly label: number;
  readonly prediction: number;
  /** The model's belief in its prediction, 0 to 1. */
  readonly confidence: number;
}

export interface DigitsResult {
  readonly digits: readonly DigitResult[];
  readonly execution: ExecutionReport;
  /** The first call, which compiles kernels, and one after it. */
  readonly firstCallMs: number;
  readonly callMs: number;
  /** Values of every LSTM stage and of the output, GPU against reference. */
  readonly differing: number;
  readonly compared: number;
}

/** Classifies handwritten digits on the GPU, row by row, and repeats every step on the reference. */
export async function runDigits(adapter: string | undefined): Promise<DigitsResult> {
  const [bytes, samples, labels] = await Promise.all([
    readBytes(join(MODELS, 'digits.tflite')),
    readNpy(join(MODELS, 'digits-samples.npy'), 'int8'),
    readNpy(join(MODELS, 'digits-labels.npy'), 'int8'),
  ]);
  const pixels = samples.data;
  const execution = await Execution.start({
    backend: 'webgpu',
    ...(adapter === undefined ? {} : { adapter }),
  });
  const progress = startProgress(3);
  try {
    const model = await execution.load(bytes);
    const batch = labels.data.length;
    const session = model.createSession({ batch });
    progress.update(1, 'compiling kernels');
    const { ms: firstCallMs } = await timed(() => session.run(pixels));
    session.reset();
    const { ms: callMs, value: beliefs } = await timed(() => session.run(pixels));
    progress.update(2, 'comparing with the reference');
    const reference = await Octogate.load(bytes, { backend: 'reference' });
    const { differing, compared } = compareTraces(
      [await traceCall(model, batch, pixels)],
      [await traceCall(reference, batch, pixels)],
    );
    return {
      digits: Array.from(labels.data, (label, index) => ({
        label,
        ink: imageInk(pixels, index),
        ...readBeliefs(beliefs, index, batch),
      })),
      execution: await execution.report(model, batch),
      firstCallMs,
      callMs,
      differing,
      compared,
    };
  } finally {
    progress.stop();
    await execution.close();
  }
}

async function traceCall(model: Model, batch: number, pixels: Int8Array): Promise<CallTrace> {
  const session = model.createSession({ batch });
  const layers = new LayerTraces();
  const data = await session.run(pixels, { onTrace: layers.add });
  session.dispose();
  return { layers: layers.joined(), outputs: [{ name: 'beliefs', shape: [data.length], data }] };
}

function imageInk(pixels: Int8Array, index: number): Uint8Array {
  const size = IMAGE_SIZE * IMAGE_SIZE;
  return Uint8Array.from(pixels.subarray(index * size, (index + 1) * size), (value) => value - NO_INK);
}

/** What the model believes after the last row: softmax outputs at scale 1/256 and zero point -128. */
function readBeliefs(
  beliefs: Int8Array,
  index: number,
  batch: number,
): Pick<DigitResult, 'prediction' | 'confidence'> {
  const end = ((index + 1) * beliefs.length) / batch;
  const last = beliefs.subarray(end - CLASSES, end);
  const highest = Math.max(...last);
  return { prediction: last.indexOf(highest), confidence: (highest + 128) / 256 };
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly ms: number; readonly value: T }> {
  const start = performance.now();
  const value = await work();
  return { ms: performance.now() - start, value };
}
