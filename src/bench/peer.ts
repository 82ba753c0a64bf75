import type { BenchNetwork } from './network';
import type { Timing } from './statistics';

/** Another runtime that computes the same networks. Peers are no part of the library: a caller brings them along. */
export interface Peer {
  /** As the command line names it: `ort-webgpu`. */
  readonly id: string;
  /** With its version, for people. */
  readonly title: string;
  /** Where it computes: on the benchmark's adapter, or on the processor. */
  readonly where: 'gpu' | 'cpu';
  /** Loads the runtime itself, whose time does not count. */
  load(): Promise<void>;
  /** Why it cannot compute a network; null if it can. */
  refusal(network: BenchNetwork): string | null;
  /** Loads the network's weights. */
  prepare(network: BenchNetwork): Promise<PeerCall>;
}

/** A network in a peer, ready to be called. */
export interface PeerCall {
  /** One call from the reset state, upload and readback included. */
  run(): Promise<void>;
  /** Outputs of the latest call, `[batch, timesteps, outputs]`: int8 as the network has them, or real numbers. */
  output(): Int8Array | Float32Array;
  /** Frees what the peer holds for the network. */
  dispose(): void;
}

/** What became of a peer on one network. */
export type PeerOutcome =
  | {
      /** It computed the same network, to its own precision. */
      readonly kind: 'timed';
      /** Wall time of one call with upload and readback. */
      readonly call: Timing;
      /** From the weights in memory to the first result. */
      readonly coldStartMs: number;
      /** Mean distance of its real outputs from those of the integer network, whose range is [-1, 1). */
      readonly meanDifference: number;
      /** What the time limit cost; null if nothing. */
      readonly cut: string | null;
    }
  | {
      /** Its first call alone took up the time limit. */
      readonly kind: 'cut';
      /** From the weights in memory to the first result. */
      readonly coldStartMs: number;
      /** What happened, in words. */
      readonly reason: string;
    }
  | {
      /** It cannot compute the network. */
      readonly kind: 'refused';
      /** Why, in words. */
      readonly reason: string;
    }
  | {
      /** It broke down, or computed something else. */
      readonly kind: 'failed';
      /** What happened, in words. */
      readonly reason: string;
    };

/** One peer on one network. */
export interface PeerResult {
  /** The peer's `id`. */
  readonly peer: string;
  /** For people, with its version. */
  readonly title: string;
  /** Where it computed. */
  readonly where: Peer['where'];
  /** Its times, or why there are none. */
  readonly outcome: PeerOutcome;
}
