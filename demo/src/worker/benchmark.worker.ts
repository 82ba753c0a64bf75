import { expose } from 'comlink';
import { runBenchmark } from 'octogate/bench';
import type { BenchEnvironment, BenchReport, BenchSubject } from 'octogate/bench';

/** What the page asks for. */
export interface BenchmarkRequest {
  readonly subjects: readonly BenchSubject[];
  readonly repeats: number;
}

/** A worker of its own: a benchmark that nobody wants any more ends with it, whatever it was doing. */
const benchmark = {
  async run(
    { subjects, repeats }: BenchmarkRequest,
    onProgress: (what: string) => void,
  ): Promise<BenchReport> {
    return runBenchmark({
      gpu: navigator.gpu,
      subjects,
      repeats,
      seed: 1,
      environment: environment(),
      onProgress,
    });
  },
};
export type BenchmarkWorker = typeof benchmark;

function environment(): BenchEnvironment {
  const { userAgent, hardwareConcurrency } = navigator;
  return { runtime: userAgent, machine: 'a browser', processors: hardwareConcurrency, loadAverage: null };
}

expose(benchmark);
