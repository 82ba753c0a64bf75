/**
 * Where WebGPU is not built in, it is Dawn for Node. While one of its promises is pending, it looks for finished work on the thread
 * of JavaScript, without a pause. That takes a processor from whatever else the process does, and from a driver that runs
 * shaders on processors itself.
 */
const ASKS_WITHOUT_PAUSE = typeof navigator === 'undefined' || !('gpu' in navigator);

/** Calls whose times count. */
const RECENT = 4;
/** The first call of a plan compiles shaders in some drivers, so that one time says nothing. */
const ENOUGH = 2;
/** Of the least recent time, so that work that is faster than ever is hardly kept waiting. */
const SHARE = 0.7;
/** Timers have steps of 1 ms: a shorter pause could take longer than the work. */
const LEAST_PAUSE_MS = 2;
/** Of the pause: what results may be late by, as the least time goes, is half of that. */
const SLEEP_SHARE = 0.02;
/** Whatever else the thread of JavaScript has to do waits as long. */
const LONGEST_SLEEP_MS = 4;

/** How long work of one kind has taken from its submission until its results were there. */
export class CompletionTimes {
  readonly #recent: number[] = [];

  /** @param ms from the submission to the results */
  add(ms: number): void {
    this.#recent.push(ms);
    if (this.#recent.length > RECENT) this.#recent.shift();
  }

  /** Milliseconds during which results need not be asked for: 0 where asking costs nothing, or too little is known. */
  get pauseMs(): number {
    if (!ASKS_WITHOUT_PAUSE || this.#recent.length < ENOUGH) return 0;
    const pause = SHARE * Math.min(...this.#recent);
    return pause < LEAST_PAUSE_MS ? 0 : pause;
  }

  /** Milliseconds to sleep between two looks, once the pause is over. */
  get sleepMs(): number {
    return Math.min(SLEEP_SHARE * this.pauseMs, LONGEST_SLEEP_MS);
  }
}
