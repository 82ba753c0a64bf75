import { GpuContext } from '../gpu';
import type { KernelOptions } from '../index';
import { CeilingProbes, ceilingSources } from './ceilings';
import { buildNetwork } from './network';
import type { BenchSubject } from './network';
import { OwnContender } from './own-contender';
import { PeerContender } from './peer-contender';
import type { Peer } from './peer';
import { REPORT_FORMAT, REPORT_VERSION } from './report';
import type { BenchEnvironment, BenchReport } from './report';

/** What to time, where, and how often. */
export interface BenchOptions {
  /** WebGPU's entry point; in Node, what `createNodeGpu` returns. */
  readonly gpu: GPU;
  /** Networks, in the order in which they take turns. */
  readonly subjects: readonly BenchSubject[];
  /** Timings per network; the networks, their peers and the ceilings take turns. */
  readonly repeats: number;
  /** Of weights and inputs. */
  readonly seed: number;
  /** Recorded as it is; a module cannot find it out by itself. */
  readonly environment: BenchEnvironment;
  /** Kernel choices; default those of any model. */
  readonly kernels?: KernelOptions;
  /** Other runtimes to time beside; default none. */
  readonly peers?: readonly Peer[];
  /** Time of all calls of one peer on one network. */
  readonly peerBudgetMs?: number;
  /** Told what begins: `turn 3 of 10`. */
  readonly onProgress?: (what: string) => void;
}

const DEFAULT_PEER_BUDGET_MS = 60_000;

/** A peer and the news that it is loaded, or could not be. */
interface LoadedPeer {
  readonly peer: Peer;
  readonly loaded: Promise<void>;
}

/** All that is timed on one network. */
interface Contest {
  readonly own: OwnContender;
  readonly peers: readonly PeerContender[];
}

/**
 * Times calls of each network, in turns with each other, with the same networks in other runtimes, and with the adapter's
 * ceilings, and checks every result.
 *
 * @throws GpuError if a result is not the reference's; AdapterError, LimitError, DeviceLostError, or what is wrong with a
 * model. What goes wrong in a peer is reported and stops nothing.
 */
export async function runBenchmark(options: BenchOptions): Promise<BenchReport> {
  const { gpu, repeats, seed, environment, onProgress } = options;
  const date = new Date().toISOString();
  const context = await GpuContext.create({ gpu }, ceilingSources);
  const contests: Contest[] = [];
  try {
    onProgress?.('ceilings');
    const probes = await CeilingProbes.create(context);
    const peers = await loadPeers(options);
    for (const subject of options.subjects) contests.push(await startContest(subject, peers, options));
    for (let turn = 0; turn < repeats; turn++) {
      onProgress?.(`turn ${turn + 1} of ${repeats}`);
      await probes.measure();
      for (const { own, peers } of contests) {
        await own.measure(turn);
        for (const peer of peers) await peer.measure(turn);
      }
    }
    const ceilings = probes.results();
    probes.dispose();
    return {
      format: REPORT_FORMAT,
      version: REPORT_VERSION,
      date,
      environment,
      adapter: context.capabilities.adapter,
      seed,
      timestampQuantumMs: smallest(contests.map(({ own }) => own.timestampQuantumMs)),
      ceilings,
      results: contests.map(({ own, peers }) => ({
        ...own.result(ceilings),
        peers: peers.map((peer) => peer.result()),
      })),
    };
  } finally {
    for (const { own, peers } of contests) {
      own.dispose();
      for (const peer of peers) peer.dispose();
    }
    context.destroy();
  }
}

/** One after the other; a peer that cannot be loaded says so on every network. */
async function loadPeers({ peers = [], onProgress }: BenchOptions): Promise<LoadedPeer[]> {
  const result: LoadedPeer[] = [];
  for (const peer of peers) {
    onProgress?.(`loading ${peer.title}`);
    const loaded = peer.load();
    await loaded.catch(() => undefined);
    result.push({ peer, loaded });
  }
  return result;
}

async function startContest(
  subject: BenchSubject,
  peers: readonly LoadedPeer[],
  options: BenchOptions,
): Promise<Contest> {
  const { gpu, repeats, seed, kernels = {}, onProgress } = options;
  const network = buildNetwork(subject, seed);
  onProgress?.(`${network.name}: first call, and its check`);
  const own = await OwnContender.start(gpu, network, kernels);
  const contenders: PeerContender[] = [];
  for (const { peer, loaded } of peers) {
    onProgress?.(`${network.name}: ${peer.title}`);
    const limits = { budgetMs: options.peerBudgetMs ?? DEFAULT_PEER_BUDGET_MS, turns: repeats };
    contenders.push(await PeerContender.start(peer, loaded, network, own.expected, limits));
  }
  return { own, peers: contenders };
}

function smallest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.min(...known);
}
