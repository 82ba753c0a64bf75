import { proxy, wrap } from 'comlink';
import { SHAPES } from 'octogate/bench';
import type { BenchReport, BenchSubject } from 'octogate/bench';
import type { BenchmarkWorker } from '../worker/benchmark.worker';
import workerFile from '../worker/benchmark.worker?worker&url';
import { fetchBytes } from './page-files';

/** What is measured. */
export interface BenchmarkChoice {
  readonly form: 'short' | 'long';
  /** Whether other runtimes are loaded and timed on the same networks. */
  readonly comparing: boolean;
}

/** A benchmark under way. */
export interface RunningBenchmark {
  readonly report: Promise<BenchReport>;
  /** Ends it at once; the report then never comes. */
  stop(): void;
}

interface Form {
  /** Names of shapes; null for all. */
  readonly shapes: readonly string[] | null;
  readonly repeats: number;
  /** Time of one other runtime on one network. */
  readonly peerBudgetMs: number;
}

/** The short one: a frame of a stream, and streams in a batch. */
export const FORMS: Readonly<Record<BenchmarkChoice['form'], Form>> = {
  short: { shapes: ['S2', 'S7'], repeats: 3, peerBudgetMs: 5_000 },
  long: { shapes: null, repeats: 10, peerBudgetMs: 20_000 },
};

/** Runtimes to compare with. */
const PEERS = ['ort-webgpu', 'ort-wasm', 'ort-wasm-int8', 'tfjs-webgpu'];

/** The page's own models, as tables have them. */
const MODELS = { digits: 'digits.tflite', characters: 'characters.tflite' };

/** Fetches what a benchmark runs, so that it needs no network later. */
export async function fetchBenchmark(): Promise<void> {
  await Promise.all([workerFile, ...Object.values(MODELS)].map(fetchBytes));
}

/** @param onProgress told what is measured, at every one of {@link stepsOf} steps */
export function startBenchmark(
  choice: BenchmarkChoice,
  onProgress: (what: string) => void,
): RunningBenchmark {
  let worker: Worker | null = null;
  let isStopped = false;
  const stop = (): void => {
    isStopped = true;
    worker?.terminate();
  };
  const run = async (): Promise<BenchReport> => {
    const subjects = await subjectsOf(choice);
    const script = await fetchBytes(workerFile);
    if (isStopped) return never();
    worker = workerOf(script);
    const { repeats, peerBudgetMs } = FORMS[choice.form];
    const peers = choice.comparing
      ? { ids: PEERS, address: new URL('peers/', document.baseURI).href, budgetMs: peerBudgetMs }
      : null;
    return Promise.race([
      wrap<BenchmarkWorker>(worker).run({ subjects, repeats, peers }, proxy(onProgress)),
      failureOf(worker),
    ]);
  };
  return { report: run().finally(stop), stop };
}

/** Steps that a run tells of: ceilings, runtimes to load, each network's first calls, and turns. */
export function stepsOf({ form, comparing }: BenchmarkChoice): number {
  const { shapes, repeats } = FORMS[form];
  const networks = (shapes ?? SHAPES).length + Object.keys(MODELS).length;
  const peers = comparing ? PEERS.length : 0;
  return 1 + peers + networks * (1 + peers) + repeats;
}

async function subjectsOf({ form }: BenchmarkChoice): Promise<BenchSubject[]> {
  const { shapes: names } = FORMS[form];
  const shapes = SHAPES.filter(({ name }) => names?.includes(name) ?? true);
  const models = Object.entries(MODELS).map(async ([name, file]): Promise<BenchSubject> => ({
    kind: 'model',
    name,
    bytes: new Uint8Array(await fetchBytes(file)),
  }));
  return [...shapes.map((shape): BenchSubject => ({ kind: 'shape', shape })), ...(await Promise.all(models))];
}

/** From what was fetched, not from its address, which may be out of reach by now. */
function workerOf(script: ArrayBuffer): Worker {
  const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  try {
    return new Worker(address, { type: 'module' });
  } finally {
    URL.revokeObjectURL(address);
  }
}

function failureOf(worker: Worker): Promise<never> {
  return new Promise((_, reject) => {
    worker.addEventListener('error', ({ message }) => {
      reject(new Error(`the benchmark's worker failed: ${message}`));
    });
  });
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
