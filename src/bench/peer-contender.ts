import { dequantizeValues } from '../lower/real-values';
import type { Quantization } from '../model';
import type { BenchNetwork } from './network';
import type { Peer, PeerCall, PeerOutcome, PeerResult } from './peer';
import { callsPerTurn, summarize } from './statistics';

/** What a peer is held against. */
export interface ExpectedOutput {
  readonly values: Int8Array;
  readonly quantization: Quantization;
}

/**
 * Mean distance from the integer network's outputs up to which a peer is taken to compute the same network. Rounding
 * weights and activations to 8 bits accounts for a few hundredths at most; gates in another order give 0.2 and more.
 */
const MOST_MEAN_DIFFERENCE = 0.05;

/** A peer under measurement on one network; it never throws, since the rest of a benchmark is worth having. */
export class PeerContender {
  readonly #peer: Peer;
  readonly #timings: number[] = [];
  #call: PeerCall | null = null;
  /** What it ended with; null as long as it takes part. */
  #ended: PeerOutcome | null = null;
  #coldStartMs = 0;
  #meanDifference = 0;
  #calls = 1;
  /** Takes part in every so many turns, so that its share of the time is kept. */
  #stride = 1;

  private constructor(peer: Peer) {
    this.#peer = peer;
  }

  /**
   * Loads the network and makes the first calls.
   *
   * @param loaded settles when the peer itself is loaded, or could not be
   * @param budgetMs time that all of this peer's calls on this network may take; the first call cannot be cut short
   * @param turns that are to come
   */
  static async start(
    peer: Peer,
    loaded: Promise<void>,
    network: BenchNetwork,
    expected: ExpectedOutput | null,
    { budgetMs, turns }: { readonly budgetMs: number; readonly turns: number },
  ): Promise<PeerContender> {
    const contender = new PeerContender(peer);
    const refusal = peer.refusal(network);
    if (refusal !== null) contender.#ended = { kind: 'refused', reason: refusal };
    else {
      await contender.#guard(async () => {
        await loaded;
        await contender.#warmUp(network, expected, budgetMs, turns);
      });
    }
    return contender;
  }

  /** @param turn counted from 0 */
  async measure(turn: number): Promise<void> {
    const call = this.#call;
    if (this.#ended !== null || call === null || turn % this.#stride !== 0) return;
    await this.#guard(async () => {
      const start = performance.now();
      for (let count = 0; count < this.#calls; count++) await call.run();
      this.#timings.push((performance.now() - start) / this.#calls);
    });
  }

  result(): PeerResult {
    const { id, title, where } = this.#peer;
    const outcome = this.#ended ?? {
      kind: 'timed',
      call: summarize(this.#timings),
      coldStartMs: this.#coldStartMs,
      meanDifference: this.#meanDifference,
      cut: this.#stride === 1 ? null : `timed in one turn of ${this.#stride}, to keep its time limit`,
    };
    return { peer: id, title, where, outcome };
  }

  dispose(): void {
    this.#call?.dispose();
    this.#call = null;
  }

  async #warmUp(
    network: BenchNetwork,
    expected: ExpectedOutput | null,
    budgetMs: number,
    turns: number,
  ): Promise<void> {
    const start = performance.now();
    const call = await this.#peer.prepare(network);
    this.#call = call;
    await call.run();
    this.#coldStartMs = performance.now() - start;
    const output = call.output();
    if (expected !== null) this.#meanDifference = meanDifference(output, expected);
    if (!(this.#meanDifference <= MOST_MEAN_DIFFERENCE)) {
      const reason = `its outputs are ${this.#meanDifference.toFixed(3)} from the integer network's in the mean`;
      this.#end({ kind: 'failed', reason });
      return;
    }
    const left = budgetMs - this.#coldStartMs;
    if (left <= 0) {
      this.#end({
        kind: 'cut',
        coldStartMs: this.#coldStartMs,
        reason: 'its first call took all of its time',
      });
      return;
    }
    const warm = performance.now();
    await call.run();
    const callMs = performance.now() - warm;
    this.#calls = callsPerTurn(callMs);
    this.#stride = Math.max(1, Math.ceil((turns * this.#calls * callMs) / left));
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#end({ kind: 'failed', reason: reason.split('\n')[0] ?? '' });
    }
  }

  #end(outcome: PeerOutcome): void {
    this.#ended = outcome;
    this.dispose();
  }
}

/** NaN if the peer's output has another length or a number that is none. */
function meanDifference(output: Int8Array | Float32Array, { values, quantization }: ExpectedOutput): number {
  if (output.length !== values.length) return NaN;
  const expected = dequantizeValues(values, quantization);
  const found = output instanceof Int8Array ? dequantizeValues(output, quantization) : output;
  return (
    found.reduce((sum, value, index) => sum + Math.abs(value - (expected[index] ?? NaN)), 0) / found.length
  );
}
