import { proxy, wrap } from 'comlink';
import { SHAPES } from 'octogate/bench';
import type { BenchReport, BenchSubject } from 'octogate/bench';
import type { BenchmarkWorker } from '../worker/benchmark.worker';
import { fetchBytes } from './start-engine';

/** How much is measured. */
export type BenchmarkForm = 'short' | 'long';

/** A benchmark under way. */
export interface RunningBenchmark {
  readonly report: Promise<BenchReport>;
  /** Ends it at once; the report then never comes. */
  stop(): void;
}

/** Shapes of the short form: a frame of a stream, and streams in a batch. */
const SHORT_SHAPES = ['S2', 'S7'];
const REPEATS: Readonly<Record<BenchmarkForm, number>> = { short: 3, long: 10 };
/** The page's own models, as tables have them. */
const MODELS = { digits: 'digits.tflite', characters: 'characters.tflite' };

/** @param onProgress told what is measured, and how many of how many parts are behind */
export function startBenchmark(form: BenchmarkForm, onProgress: (what: string) => void): RunningBenchmark {
  const worker = new Worker(new URL('../worker/benchmark.worker.ts', import.meta.url), { type: 'module' });
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', ({ message }) => {
      reject(new Error(`the benchmark's worker failed: ${message}`));
    });
  });
  const run = async (): Promise<BenchReport> => {
    const subjects = await subjectsOf(form);
    return wrap<BenchmarkWorker>(worker).run({ subjects, repeats: REPEATS[form] }, proxy(onProgress));
  };
  const stop = (): void => {
    worker.terminate();
  };
  return { report: Promise.race([run(), failed]).finally(stop), stop };
}

/** Steps that a run tells of: ceilings, each network's first call, and turns. */
export function stepsOf(form: BenchmarkForm): number {
  const shapes = form === 'short' ? SHORT_SHAPES.length : SHAPES.length;
  return 1 + shapes + Object.keys(MODELS).length + REPEATS[form];
}

async function subjectsOf(form: BenchmarkForm): Promise<BenchSubject[]> {
  const shapes = SHAPES.filter(({ name }) => form === 'long' || SHORT_SHAPES.includes(name));
  const models = Object.entries(MODELS).map(async ([name, file]): Promise<BenchSubject> => ({
    kind: 'model',
    name,
    bytes: new Uint8Array(await fetchBytes(file)),
  }));
  return [...shapes.map((shape): BenchSubject => ({ kind: 'shape', shape })), ...(await Promise.all(models))];
}
