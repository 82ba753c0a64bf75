import { DisposedError } from '../errors';
import { checkLimit } from './device-limits';
import type { DeviceMonitor } from './device-monitor';

/** How kernels bind a buffer. Either kind can be copied to; storage also from. */
export type BufferUse = 'storage' | 'uniform';

export interface BufferOptions<U extends BufferUse> {
  /** Names the buffer in errors and in GPU debuggers: `lstm_0.weights`. */
  readonly label: string;
  readonly use: U;
  /** Bytes needed. The buffer is a multiple of 4 and at least 16, the largest alignment of a WGSL type we use. */
  readonly sizeBytes: number;
  /** Initial contents from the start on; the rest is zero. */
  readonly data?: ArrayBuffer | ArrayBufferView;
}

const MIN_BUFFER_BYTES = 16;

/** A buffer on the device. The bytes count as allocated until `destroy`. */
export class GpuBuffer<U extends BufferUse = BufferUse> {
  readonly label: string;
  readonly use: U;
  /** Allocated bytes. */
  readonly sizeBytes: number;
  readonly #handle: GPUBuffer;
  readonly #onDestroy: (buffer: GpuBuffer) => void;
  #destroyed = false;

  constructor(label: string, use: U, handle: GPUBuffer, onDestroy: (buffer: GpuBuffer) => void) {
    this.label = label;
    this.use = use;
    this.sizeBytes = handle.size;
    this.#handle = handle;
    this.#onDestroy = onDestroy;
  }

  /** @throws DisposedError after `destroy`. */
  get handle(): GPUBuffer {
    if (this.#destroyed) throw new DisposedError(`buffer ${this.label} was destroyed`);
    return this.#handle;
  }

  /** Frees the memory once submitted work that uses it is done. Calling it again does nothing. */
  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#handle.destroy();
    this.#onDestroy(this);
  }
}

/** Creates a context's buffers, and counts them. */
export class BufferAllocator {
  readonly #device: GPUDevice;
  readonly #monitor: DeviceMonitor;
  readonly #live = new Set<GpuBuffer>();
  #allocatedBytes = 0;

  constructor(device: GPUDevice, monitor: DeviceMonitor) {
    this.#device = device;
    this.#monitor = monitor;
  }

  /** Bytes of all buffers that were created and not destroyed. */
  get allocatedBytes(): number {
    return this.#allocatedBytes;
  }

  /**
   * @throws LimitError naming the buffer if it is larger than every device allows; RangeError if the data does not fit.
   * A device that is out of memory reports a LimitError at the next wait.
   */
  create<U extends BufferUse>({ label, use, sizeBytes, data }: BufferOptions<U>): GpuBuffer<U> {
    const size = Math.max(MIN_BUFFER_BYTES, Math.ceil(sizeBytes / 4) * 4);
    const limit = use === 'uniform' ? 'maxUniformBufferBindingSize' : 'maxBufferSize';
    checkLimit(limit, size, `bytes of buffer ${label}`, 'use a smaller model, batch or sequence');
    const bytes = data === undefined ? null : bytesOf(data);
    if (bytes !== null && bytes.length > size) {
      throw new RangeError(`buffer ${label}: ${bytes.length} bytes of data do not fit into ${size} bytes`);
    }
    const handle = this.#monitor.scoped(`create buffer ${label} of ${size} bytes`, () => {
      const created = this.#device.createBuffer({
        label,
        size,
        usage: usageFlags(use),
        mappedAtCreation: bytes !== null,
      });
      if (bytes !== null) {
        new Uint8Array(created.getMappedRange()).set(bytes);
        created.unmap();
      }
      return created;
    });
    const buffer = new GpuBuffer(label, use, handle, (destroyed) => {
      this.#live.delete(destroyed);
      this.#allocatedBytes -= destroyed.sizeBytes;
    });
    this.#live.add(buffer);
    this.#allocatedBytes += size;
    return buffer;
  }

  /**
   * Overwrites part of a buffer, ordered after everything submitted so far and before everything submitted later.
   *
   * @throws RangeError if offset or length is not a multiple of 4, or the data does not fit.
   */
  upload(buffer: GpuBuffer, data: ArrayBuffer | ArrayBufferView, offsetBytes = 0): void {
    const bytes = bytesOf(data);
    checkRange('upload to', buffer, offsetBytes, bytes.length);
    this.#monitor.scoped(`upload ${bytes.length} bytes to buffer ${buffer.label}`, () => {
      this.#device.queue.writeBuffer(buffer.handle, offsetBytes, bytes);
    });
  }

  destroyAll(): void {
    for (const buffer of [...this.#live]) buffer.destroy();
  }
}

/** A part of a buffer. */
export interface BufferRange<U extends BufferUse = BufferUse> {
  readonly buffer: GpuBuffer<U>;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

/**
 * Checks what WebGPU demands of copied ranges.
 *
 * @param action for the message: `copy from`
 * @throws RangeError naming the buffer, a defect of the caller.
 */
export function checkRange(
  action: string,
  { label, sizeBytes }: GpuBuffer,
  offset: number,
  length: number,
): void {
  const problem =
    offset % 4 !== 0 || length % 4 !== 0
      ? 'offset and length must be multiples of 4'
      : offset < 0 || length < 0 || offset + length > sizeBytes
        ? `the buffer has ${sizeBytes} bytes`
        : null;
  if (problem !== null) {
    throw new RangeError(`cannot ${action} ${length} bytes at ${offset} of buffer ${label}: ${problem}`);
  }
}

function usageFlags(use: BufferUse): GPUBufferUsageFlags {
  switch (use) {
    case 'storage':
      return GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    case 'uniform':
      return GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
  }
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array<ArrayBuffer> {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (data.buffer instanceof ArrayBuffer)
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  // WebGPU does not read shared memory, which another thread could change under way.
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
}
