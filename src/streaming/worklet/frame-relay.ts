/** What became of a stream's frames. */
export interface FrameCounts {
  /** Frames that were sent to be computed. */
  readonly sent: number;
  /** Frames whose result was there when it was due. */
  readonly played: number;
  /** Frames whose result was not there when it was due: silence was heard in its place. */
  readonly late: number;
  /** Frames that were not sent, because too many were under way already; silence was heard in their place, too. */
  readonly dropped: number;
}

export interface FrameRelayOptions {
  /** Samples of a frame. */
  readonly frame: number;
  /** Frames that pass after a frame is whole until its result is due. */
  readonly delay: number;
  /** Frames without an answer at most; what comes beyond them is dropped. */
  readonly mostUnderWay: number;
  readonly send: (index: number, samples: Float32Array<ArrayBuffer>) => void;
}

interface Slot {
  /** Of the frame that the slot holds; -1 before the first. */
  index: number;
  readonly samples: Float32Array;
}

/**
 * The clockwork of an audio bridge: cuts samples into frames, sends them away, and plays what comes back, `1 + delay` frames
 * after it was heard. It never waits: a result that is not there when it is due is silence, and counted.
 *
 * Results wait in a ring of `delay + 2` frames: more cannot have been sent and not yet be due.
 */
export class FrameRelay {
  readonly #options: FrameRelayOptions;
  readonly #ring: readonly Slot[];
  /** The frame that is being filled, and how far it is. */
  #heard: Float32Array<ArrayBuffer>;
  #heardSamples = 0;
  #heardFrames = 0;
  /** Samples still to be silent before frame 0 is due. */
  #lead: number;
  /** The frame that is due next, or being played, and how far it is. */
  #due = 0;
  #playedSamples = 0;
  #playing: Float32Array | null = null;
  readonly #dropped = new Set<number>();
  #underWay = 0;
  #counts = { sent: 0, played: 0, late: 0, dropped: 0 };

  constructor(options: FrameRelayOptions) {
    const { frame, delay } = options;
    this.#options = options;
    this.#heard = new Float32Array(frame);
    this.#lead = (1 + delay) * frame;
    this.#ring = Array.from({ length: delay + 2 }, () => ({ index: -1, samples: new Float32Array(frame) }));
  }

  get counts(): FrameCounts {
    return { ...this.#counts };
  }

  /** Takes samples that were heard, any number of them, and sends the frames that they complete. */
  take(samples: Float32Array): void {
    const { frame } = this.#options;
    for (let start = 0; start < samples.length;) {
      const part = samples.subarray(start, start + frame - this.#heardSamples);
      this.#heard.set(part, this.#heardSamples);
      this.#heardSamples += part.length;
      start += part.length;
      if (this.#heardSamples === frame) this.#sendHeard();
    }
  }

  /** Takes a frame's result, in any order. One that is no longer due was counted as late when it was. */
  give(index: number, samples: Float32Array): void {
    this.#underWay -= 1;
    const isStarted = index === this.#due && this.#playedSamples > 0;
    if (index < this.#due || isStarted) return;
    const slot = this.#slotOf(index);
    slot.index = index;
    slot.samples.set(samples);
  }

  /** Fills `target` with what is due, and moves on by as much. */
  fill(target: Float32Array): void {
    const { frame } = this.#options;
    const silent = Math.min(this.#lead, target.length);
    this.#lead -= silent;
    target.fill(0, 0, silent);
    for (let start = silent; start < target.length;) {
      if (this.#playedSamples === 0) this.#playing = this.#takeDue();
      const length = Math.min(frame - this.#playedSamples, target.length - start);
      if (this.#playing === null) target.fill(0, start, start + length);
      else target.set(this.#playing.subarray(this.#playedSamples, this.#playedSamples + length), start);
      start += length;
      this.#playedSamples += length;
      if (this.#playedSamples < frame) continue;
      this.#playedSamples = 0;
      this.#due += 1;
    }
  }

  #sendHeard(): void {
    const { frame, mostUnderWay, send } = this.#options;
    const index = this.#heardFrames++;
    this.#heardSamples = 0;
    if (this.#underWay >= mostUnderWay) {
      this.#dropped.add(index);
      this.#counts.dropped += 1;
      return;
    }
    this.#underWay += 1;
    this.#counts.sent += 1;
    const heard = this.#heard;
    // The frame that is sent may be given away for good.
    this.#heard = new Float32Array(frame);
    send(index, heard);
  }

  #takeDue(): Float32Array | null {
    const slot = this.#slotOf(this.#due);
    if (slot.index === this.#due) {
      this.#counts.played += 1;
      return slot.samples;
    }
    if (!this.#dropped.delete(this.#due)) this.#counts.late += 1;
    return null;
  }

  #slotOf(index: number): Slot {
    const slot = this.#ring[index % this.#ring.length];
    if (slot === undefined) throw new RangeError(`the ring has no slot for frame ${index}`);
    return slot;
  }
}
