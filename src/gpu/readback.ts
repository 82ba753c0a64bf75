import type { BufferRange } from './buffers';
import { checkRange } from './buffers';
import type { CompletionTimes } from './completion-times';
import { checkLimit } from './device-limits';
import type { DeviceMonitor } from './device-monitor';
import { sleepBetweenLooks } from './sleep-between-looks';

/** Idle staging buffers are kept up to this many bytes together; a larger result's buffer is freed after its use. */
const MAX_IDLE_BYTES = 32 * 1024 * 1024;

const MIN_STAGING_BYTES = 256;

/** A staging buffer in use, and where each range lies in it. */
export interface Staging {
  readonly buffer: GPUBuffer;
  readonly parts: readonly { readonly range: BufferRange; readonly stagingOffset: number }[];
  readonly usedBytes: number;
}

/** Buffers that bring results to the host: any number of ranges through one buffer and one map. */
export class StagingPool {
  readonly #device: GPUDevice;
  readonly #monitor: DeviceMonitor;
  readonly #idle: GPUBuffer[] = [];
  readonly #busy = new Set<GPUBuffer>();

  constructor(device: GPUDevice, monitor: DeviceMonitor) {
    this.#device = device;
    this.#monitor = monitor;
  }

  /** Bytes of idle and busy staging buffers. */
  get allocatedBytes(): number {
    return [...this.#idle, ...this.#busy].reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * Reserves a staging buffer for these ranges.
   *
   * @throws RangeError for a range outside its buffer or off alignment; LimitError if the ranges together exceed a
   * buffer.
   */
  acquire(ranges: readonly BufferRange[]): Staging {
    let usedBytes = 0;
    const parts = ranges.map((range) => {
      checkRange('read', range.buffer, range.offsetBytes, range.sizeBytes);
      const stagingOffset = usedBytes;
      usedBytes += range.sizeBytes;
      return { range, stagingOffset };
    });
    const buffer = this.#reuse(usedBytes) ?? this.#create(usedBytes);
    this.#busy.add(buffer);
    return { buffer, parts, usedBytes };
  }

  /**
   * Waits for the copies into a staging buffer and gives it back.
   *
   * @param times of work like that before the copies: it is not asked for before most of them are over, and learns of this one
   * @returns the bytes of each range, in the order of `acquire`
   * @throws DeviceLostError, DisposedError, or what the work before it failed with.
   */
  async take(
    { buffer, parts, usedBytes }: Staging,
    times: CompletionTimes,
  ): Promise<Uint8Array<ArrayBuffer>[]> {
    let isReusable = false;
    const submitted = performance.now();
    try {
      const { pauseMs, sleepMs } = times;
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      const what = 'read results back';
      // In scopes, because a buffer that failed fails here again.
      const mapping = this.#monitor.scoped(what, () => buffer.mapAsync(GPUMapMode.READ, 0, usedBytes));
      await sleepBetweenLooks(this.#monitor.guard(what, mapping), sleepMs);
      times.add(performance.now() - submitted);
      const mapped = buffer.getMappedRange(0, usedBytes);
      const results = parts.map(({ range, stagingOffset }) => {
        return new Uint8Array(mapped, stagingOffset, range.sizeBytes).slice();
      });
      buffer.unmap();
      isReusable = true;
      return results;
    } finally {
      this.#busy.delete(buffer);
      if (isReusable) this.#keepOrDestroy(buffer);
      else buffer.destroy();
    }
  }

  /** Frees a staging buffer whose copies were never submitted. */
  discard({ buffer }: Staging): void {
    this.#busy.delete(buffer);
    buffer.destroy();
  }

  destroyAll(): void {
    for (const buffer of [...this.#idle.splice(0), ...this.#busy]) buffer.destroy();
    this.#busy.clear();
  }

  #reuse(sizeBytes: number): GPUBuffer | undefined {
    const fitting = this.#idle
      .filter(({ size }) => size >= sizeBytes)
      .sort((left, right) => left.size - right.size);
    const [smallest] = fitting;
    if (smallest !== undefined) this.#idle.splice(this.#idle.indexOf(smallest), 1);
    return smallest;
  }

  #create(sizeBytes: number): GPUBuffer {
    checkLimit('maxBufferSize', sizeBytes, 'bytes to read back', 'use a smaller batch or a shorter sequence');
    // Powers of two, so that slightly different results share a buffer.
    const size = Math.max(MIN_STAGING_BYTES, 2 ** Math.ceil(Math.log2(sizeBytes)));
    return this.#monitor.scoped(`create a staging buffer of ${size} bytes`, () =>
      this.#device.createBuffer({
        label: 'staging',
        size,
        usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
      }),
    );
  }

  #keepOrDestroy(buffer: GPUBuffer): void {
    const idleBytes = this.#idle.reduce((sum, { size }) => sum + size, buffer.size);
    if (idleBytes <= MAX_IDLE_BYTES) this.#idle.push(buffer);
    else buffer.destroy();
  }
}
