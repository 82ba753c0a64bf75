import type { Tally } from './tally';
import { formatCount } from './tally';

const INTERVAL_MS = 10_000;

/** Tells of a long run now and then. */
export class Progress {
  readonly #tally: Tally;
  readonly #print: (line: string) => void;
  #told = performance.now();

  constructor(tally: Tally, print: (line: string) => void) {
    this.#tally = tally;
    this.#print = print;
  }

  /** @param done how far the run is, in words */
  tell(done: string): void {
    if (performance.now() - this.#told < INTERVAL_MS) return;
    this.#told = performance.now();
    const { differing, values } = this.#tally;
    this.#print(`${done}, ${formatCount(differing)} of ${formatCount(values)} values differ`);
  }
}
