import { DisposedError } from '../errors';
import type { SessionState } from '../runtime/executor';
import { copyState } from '../runtime/layer-state';
import type { Values } from '../runtime/session';
import type { QueuedEvent, StreamQueue } from './stream-queue';

/** What a stream needs of its pool. */
export interface StreamPort<V extends Values> {
  push(values: V): Promise<V>;
  event(event: QueuedEvent): void;
  close(): Promise<void>;
}

/**
 * One stream of a `StreamPool`. Everything takes effect in the order in which it is asked for: a reset between two frames
 * comes between them, however long they wait.
 */
export class PooledStream<V extends Values> {
  readonly #queue: StreamQueue<V>;
  readonly #port: StreamPort<V>;
  #closed: Promise<void> | null = null;

  /** Streams come from `pool.open`. */
  constructor(queue: StreamQueue<V>, port: StreamPort<V>) {
    this.#queue = queue;
    this.#port = port;
  }

  /** Resolved while another frame may be pushed; else once one that waits has gone. */
  get ready(): Promise<void> {
    return this.#queue.room;
  }

  /**
   * The outputs of the stream's next frame, once its batch is through.
   *
   * @param frame the features of its timesteps, row-major, in the pool's type; it may be reused at once
   * @throws InputError for a frame of another length or type; LimitError if too many frames wait (await `ready`);
   * DeviceLostError: the state is that of the last `saveState`, `loadState` or `reset`; DisposedError after `close` or the
   * pool's end. After any of them the stream goes on, but for the last.
   */
  async push(frame: V): Promise<V> {
    this.#checkOpen();
    return this.#port.push(frame);
  }

  /** Back to the state of a new stream. @throws DisposedError. */
  reset(): void {
    this.#checkOpen();
    this.#port.event({ kind: 'reset' });
  }

  /** A copy of the stream's state: a `SessionState` of one row. @throws DeviceLostError; DisposedError. */
  async saveState(): Promise<SessionState> {
    this.#checkOpen();
    return new Promise((resolve, reject) => {
      this.#port.event({ kind: 'save', resolve, reject });
    });
  }

  /**
   * Continues from a state of this stream, or of another of the same model.
   *
   * @throws InputError if it is not of one row, or of another model; DisposedError.
   */
  loadState(state: SessionState): void {
    this.#checkOpen();
    this.#port.event({ kind: 'load', state: copyState(state) });
  }

  /** Ends the stream once its frames are through, and makes room for another. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#port.close();
    return this.#closed;
  }

  /** The stream as a pair of web streams: frames in, outputs out, at the pace of the slower end. It closes the stream. */
  transform(): TransformStream<V, V> {
    return new TransformStream<V, V>({
      transform: async (frame, controller) => {
        controller.enqueue(await this.push(frame));
      },
      flush: () => this.close(),
    });
  }

  #checkOpen(): void {
    if (this.#closed !== null) throw new DisposedError('this stream was closed; open another');
  }
}
