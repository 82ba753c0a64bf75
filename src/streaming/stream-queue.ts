import type { SessionState } from '../runtime/executor';
import type { Values } from '../runtime/session';

/** A frame that waits for a batch. */
export interface QueuedFrame<V extends Values> {
  readonly kind: 'frame';
  readonly values: V;
  readonly since: number;
  readonly resolve: (output: V) => void;
  readonly reject: (reason: unknown) => void;
}

/** What happens to a stream between two of its frames, in the order in which the caller asked for it. */
export type QueuedEvent =
  | { readonly kind: 'reset' }
  | { readonly kind: 'load'; readonly state: SessionState }
  | {
      readonly kind: 'save';
      readonly resolve: (state: SessionState) => void;
      readonly reject: (reason: unknown) => void;
    }
  | { readonly kind: 'close'; readonly resolve: () => void };

/** One stream's frames and events that no batch has taken yet, in order. */
export class StreamQueue<V extends Values> {
  readonly #items: (QueuedFrame<V> | QueuedEvent)[] = [];
  readonly #mostFrames: number;
  #frames = 0;
  readonly #waitingForRoom: (() => void)[] = [];

  constructor(mostFrames: number) {
    this.#mostFrames = mostFrames;
  }

  get isFull(): boolean {
    return this.#frames >= this.#mostFrames;
  }

  /** Resolved as soon as there is room for a frame. */
  get room(): Promise<void> {
    if (!this.isFull) return Promise.resolve();
    return new Promise((resolve) => this.#waitingForRoom.push(resolve));
  }

  /** When the frame that is next was pushed; null if none is. */
  get nextSince(): number | null {
    const [next] = this.#items;
    return next?.kind === 'frame' ? next.since : null;
  }

  push(item: QueuedFrame<V> | QueuedEvent): void {
    this.#items.push(item);
    if (item.kind === 'frame') this.#frames += 1;
  }

  /** Takes the events that come before the next frame. */
  takeEvents(): QueuedEvent[] {
    const events: QueuedEvent[] = [];
    for (;;) {
      const [next] = this.#items;
      if (next === undefined || next.kind === 'frame') return events;
      events.push(next);
      this.#items.shift();
    }
  }

  /** Takes the frame that is next; null if none is. */
  takeFrame(): QueuedFrame<V> | null {
    const [next] = this.#items;
    if (next?.kind !== 'frame') return null;
    this.#items.shift();
    this.#frames -= 1;
    this.#tellOfRoom();
    return next;
  }

  /** Fails everything that waits, but for closing, which is done. */
  fail(reason: unknown): void {
    for (const item of this.#items.splice(0)) {
      if (item.kind === 'frame' || item.kind === 'save') item.reject(reason);
      else if (item.kind === 'close') item.resolve();
    }
    this.#frames = 0;
    this.#tellOfRoom();
  }

  #tellOfRoom(): void {
    for (const resolve of this.#waitingForRoom.splice(0)) resolve();
  }
}
