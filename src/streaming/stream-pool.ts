import { at, DisposedError, InputError, LimitError, unreachable } from '../errors';
import type { Model } from '../runtime/model';
import type { Session, Values } from '../runtime/session';
import { frameShape } from './frame-shape';
import type { FrameShape } from './frame-shape';
import { PooledStream } from './pooled-stream';
import { StreamQueue } from './stream-queue';
import type { QueuedEvent, QueuedFrame } from './stream-queue';

/** Batches under way at most: one computes while the host packs the next. */
const BATCHES_UNDER_WAY = 2;
const DEFAULT_QUEUED_FRAMES = 4;
const DEFAULT_WAIT_MS = 2;

/** What a pool did with one batch; for measurements and logs. */
export interface BatchReport {
  /** Streams with a frame in it. */
  readonly streams: number;
  /** From when its oldest frame was pushed until the batch was submitted. */
  readonly waitedMs: number;
  /** From then until its outputs were there. */
  readonly elapsedMs: number;
}

/** Size of a pool, and when its batches go. */
export interface StreamPoolOptions<K extends 'int8' | 'float32' = 'float32'> {
  /** Streams at most, which share one batch of as many rows. */
  readonly streams: number;
  /** Type of frames and outputs; int8 as the model holds them, or real values (the default). */
  readonly values?: K;
  /** Timesteps of a frame; by default what the model fixes, or 1. */
  readonly timesteps?: number;
  /** Frames of one stream that may wait; default 4. */
  readonly queuedFrames?: number;
  /** A batch goes as soon as this many streams have a frame; by default all that are open. */
  readonly batchSize?: number;
  /** A batch goes once its oldest frame has waited this long, whoever else has one; default 2 ms. */
  readonly maxWaitMs?: number;
  /** Told about each batch, once its outputs are there. */
  readonly onBatch?: (report: BatchReport) => void;
}

interface TakenFrame<V extends Values> {
  readonly row: number;
  readonly queue: StreamQueue<V>;
  readonly frame: QueuedFrame<V>;
}

type ValuesOf<K extends 'int8' | 'float32'> = K extends 'int8' ? Int8Array : Float32Array;

/**
 * Many live streams in one batch: each stream is a row of a session, a batch takes one frame of every stream that has one,
 * and rows without one keep their state. A stream's outputs are the bits that it would get alone. Streams come and go
 * without moving weights or building kernels; the device computes all rows of the batch, open or not.
 */
export class StreamPool<V extends Values = Float32Array> {
  readonly #session: Session;
  readonly #shape: FrameShape;
  readonly #frames: V;
  readonly #batchSize: number | null;
  readonly #maxWaitMs: number;
  readonly #queuedFrames: number;
  readonly #onBatch: ((report: BatchReport) => void) | null;
  /** By batch row. */
  readonly #queues: (StreamQueue<V> | null)[];
  /** Rows with a frame that the next batch takes. */
  readonly #ready = new Set<number>();
  /** When the oldest of those frames was pushed. */
  #oldest = Infinity;
  #open = 0;
  #underWay = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #disposed = false;

  private constructor(
    model: Model,
    frames: V,
    shape: FrameShape,
    options: StreamPoolOptions<'int8' | 'float32'>,
  ) {
    this.#shape = shape;
    this.#frames = frames;
    this.#batchSize = options.batchSize ?? null;
    this.#maxWaitMs = options.maxWaitMs ?? DEFAULT_WAIT_MS;
    this.#queuedFrames = options.queuedFrames ?? DEFAULT_QUEUED_FRAMES;
    this.#onBatch = options.onBatch ?? null;
    this.#queues = Array.from({ length: options.streams }, () => null);
    this.#session = model.createSession({ batch: options.streams });
  }

  /**
   * A pool of a model with one input and one output.
   *
   * @throws InputError for an option that makes no sense, or a model that a pool cannot run; LimitError if so many streams
   * do not fit; DisposedError.
   */
  static of<K extends 'int8' | 'float32' = 'float32'>(
    model: Model,
    options: StreamPoolOptions<K>,
  ): StreamPool<ValuesOf<K>> {
    for (const name of ['streams', 'queuedFrames', 'batchSize'] as const) {
      const value = options[name] ?? 1;
      if (Number.isSafeInteger(value) && value >= 1) continue;
      throw new InputError(`${name} is ${value}; a whole number of at least 1 is expected`);
    }
    const { maxWaitMs = 0, streams } = options;
    if (!(maxWaitMs >= 0)) throw new InputError(`maxWaitMs is ${maxWaitMs}; 0 or more is expected`);
    const shape = frameShape(model, options.timesteps ?? null);
    const elements = streams * shape.inputElements;
    const frames = options.values === 'int8' ? new Int8Array(elements) : new Float32Array(elements);
    return new StreamPool(model, frames as ValuesOf<K>, shape, options);
  }

  /** Streams that are open. */
  get streams(): number {
    return this.#open;
  }

  /** Streams that can be open at once. */
  get capacity(): number {
    return this.#queues.length;
  }

  /**
   * Starts a stream at the reset state.
   *
   * @throws LimitError if the pool is full; DisposedError.
   */
  open(): PooledStream<V> {
    this.#checkUsable();
    const row = this.#queues.indexOf(null);
    if (row < 0) {
      throw new LimitError(
        `all ${this.#queues.length} streams of the pool are open; close one, or make a larger pool`,
      );
    }
    const queue = new StreamQueue<V>(this.#queuedFrames);
    this.#queues[row] = queue;
    this.#open += 1;
    this.#session.reset([row]);
    return new PooledStream(queue, {
      push: (values) => this.#push(row, queue, values),
      event: (event) => {
        this.#checkUsable();
        if (event.kind === 'load') this.#session.requireState(event.state, 1);
        queue.push(event);
        this.#settle(row, queue);
        this.#schedule();
      },
      close: () => this.#close(row, queue),
    });
  }

  /** Ends all streams and frees the batch's memory; frames that wait or are under way fail with DisposedError. Idempotent. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#stopTimer();
    this.#session.dispose();
    for (const queue of this.#queues) queue?.fail(disposed());
    this.#queues.fill(null);
    this.#ready.clear();
    this.#open = 0;
  }

  #push(row: number, queue: StreamQueue<V>, values: V): Promise<V> {
    this.#checkUsable();
    const { inputElements } = this.#shape;
    if (values.constructor !== this.#frames.constructor || values.length !== inputElements) {
      throw new InputError(
        `a frame of this pool is ${this.#frames.constructor.name} of ${inputElements} elements; ` +
          `${values.constructor.name} of ${values.length} found`,
      );
    }
    if (queue.isFull) {
      throw new LimitError(
        `${this.#queuedFrames} frames of the stream wait already; await \`ready\` before the next push`,
      );
    }
    return new Promise((resolve, reject) => {
      const copy = values.slice() as V;
      queue.push({ kind: 'frame', values: copy, since: performance.now(), resolve, reject });
      this.#settle(row, queue);
      this.#schedule();
    });
  }

  #close(row: number, queue: StreamQueue<V>): Promise<void> {
    return new Promise((resolve) => {
      if (this.#disposed) {
        resolve();
        return;
      }
      queue.push({ kind: 'close', resolve });
      this.#settle(row, queue);
      this.#schedule();
    });
  }

  /** Lets a stream's events happen that no frame stands before, and notes whether a frame is next. */
  #settle(row: number, queue: StreamQueue<V>): void {
    for (const event of queue.takeEvents()) this.#apply(event, row);
    const since = queue.nextSince;
    if (since === null) {
      this.#ready.delete(row);
      return;
    }
    this.#ready.add(row);
    this.#oldest = Math.min(this.#oldest, since);
  }

  #apply(event: QueuedEvent, row: number): void {
    switch (event.kind) {
      case 'reset':
        this.#session.reset([row]);
        break;
      case 'load':
        this.#session.loadState(event.state, [row]);
        break;
      case 'save':
        this.#session.saveState([row]).then(event.resolve, event.reject);
        break;
      case 'close':
        this.#queues[row] = null;
        this.#open -= 1;
        event.resolve();
        break;
      default:
        unreachable(event);
    }
  }

  /** Submits a batch if one is due, or sets the clock for when one will be. */
  #schedule(): void {
    while (!this.#disposed && this.#ready.size > 0 && this.#underWay < BATCHES_UNDER_WAY) {
      const dueInMs = this.#oldest + this.#maxWaitMs - performance.now();
      if (this.#ready.size < (this.#batchSize ?? this.#open) && dueInMs > 0) {
        this.#timer ??= setTimeout(() => {
          this.#timer = null;
          this.#schedule();
        }, dueInMs);
        return;
      }
      void this.#submit();
    }
    this.#stopTimer();
  }

  /** Runs one frame of every stream that has one. Never rejects: what goes wrong is told to the frames. */
  async #submit(): Promise<void> {
    const taken = this.#takeFrames();
    const { timesteps, inputElements } = this.#shape;
    const batch = this.#queues.length;
    const lengths = new Int32Array(batch);
    for (const { row, frame } of taken) {
      this.#frames.set(frame.values, row * inputElements);
      lengths[row] = timesteps;
    }
    const start = performance.now();
    this.#underWay += 1;
    try {
      const running = this.#run(taken.length === batch ? null : lengths);
      // What comes after these frames has to come after their batch, in the session's order of calls.
      for (const { row, queue } of taken) this.#settle(row, queue);
      const output = await running;
      const elements = output.length / batch;
      for (const { row, frame } of taken) {
        frame.resolve(output.slice(row * elements, (row + 1) * elements) as V);
      }
      const since = taken.reduce((oldest, { frame }) => Math.min(oldest, frame.since), start);
      this.#onBatch?.({
        streams: taken.length,
        waitedMs: start - since,
        elapsedMs: performance.now() - start,
      });
    } catch (error) {
      for (const { frame } of taken) frame.reject(this.#disposed ? disposed() : error);
    } finally {
      this.#underWay -= 1;
      this.#schedule();
    }
  }

  #takeFrames(): TakenFrame<V>[] {
    const rows = [...this.#ready];
    this.#ready.clear();
    this.#oldest = Infinity;
    return rows.map((row) => {
      const queue = at(this.#queues, row);
      const frame = queue?.takeFrame() ?? null;
      if (queue === null || frame === null) throw new TypeError(`row ${row} has no frame to take`);
      return { row, queue, frame };
    });
  }

  /** The session copies the frames before it returns, so that the next batch may be gathered in the same array. */
  #run(lengths: Int32Array | null): Promise<Values> {
    const options = lengths === null ? {} : { lengths };
    const frames: Values = this.#frames;
    return frames instanceof Int8Array
      ? this.#session.run(frames, options)
      : this.#session.run(frames, options);
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #checkUsable(): void {
    if (this.#disposed) throw disposed();
  }
}

function disposed(): DisposedError {
  return new DisposedError('this pool was disposed; make another from the model');
}
