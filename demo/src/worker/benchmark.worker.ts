import { expose } from 'comlink';
import { runBenchmark } from 'octogate/bench';
import type { BenchEnvironment, BenchReport, BenchSubject, Peer } from 'octogate/bench';
import { createPeers } from '../../../bench/peers';
import { createPageHost } from '../../../bench/peers/page-host';

/** What the page asks for. */
export interface BenchmarkRequest {
  readonly subjects: readonly BenchSubject[];
  readonly repeats: number;
  /** null: none. */
  readonly peers: ComparedPeers | null;
}

/** Other runtimes, which are loaded when they are first asked for. */
export interface ComparedPeers {
  readonly ids: readonly string[];
  /** Of the folder that they are loaded from, ending in a slash. */
  readonly address: string;
  /** Time of one runtime on one network. */
  readonly budgetMs: number;
}

/** A worker of its own: a benchmark that nobody wants any more ends with it, whatever it was doing. */
const benchmark = {
  async run(
    { subjects, repeats, peers }: BenchmarkRequest,
    onProgress: (what: string) => void,
  ): Promise<BenchReport> {
    return runBenchmark({
      gpu: navigator.gpu,
      subjects,
      repeats,
      seed: 1,
      environment: environment(),
      onProgress,
      ...(peers === null ? {} : { peers: peersOf(peers), peerBudgetMs: peers.budgetMs }),
    });
  },
};
export type BenchmarkWorker = typeof benchmark;

function peersOf({ ids, address }: ComparedPeers): Peer[] {
  return createPeers(createPageHost(address), ids);
}

function environment(): BenchEnvironment {
  const { userAgent, hardwareConcurrency } = navigator;
  return { runtime: userAgent, machine: 'a browser', processors: hardwareConcurrency, loadAverage: null };
}

expose(benchmark);
