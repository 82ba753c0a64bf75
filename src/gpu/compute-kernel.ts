import type {
  BindingAccess,
  KernelBinding,
  KernelContract,
  Specialization,
} from '../contract/kernel-contract';
import type { BufferRange, BufferUse } from './buffers';
import { GpuBuffer } from './buffers';
import { BINDING_OFFSET_ALIGNMENT_BYTES, checkLimit } from './device-limits';
import type { DeviceMonitor } from './device-monitor';

/** A whole buffer, or a part of it that starts at a multiple of 256 bytes. */
export type Bindable<U extends BufferUse> = GpuBuffer<U> | BufferRange<U>;

/** The buffers of a contract, by binding name. */
export type KernelBuffers<C extends KernelContract> = {
  readonly [B in C['bindings'][number] as B['name']]: Bindable<
    B['access'] extends 'uniform' ? 'uniform' : 'storage'
  >;
};

/** A kernel with its buffers: what a recorder dispatches, as often as needed. */
export interface BoundKernel {
  readonly kernel: string;
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
}

/** A compiled kernel. */
export class ComputeKernel<C extends KernelContract = KernelContract> {
  readonly contract: C;
  readonly specialization: Specialization<C>;
  readonly pipeline: GPUComputePipeline;
  readonly #layout: GPUBindGroupLayout;
  readonly #device: GPUDevice;
  readonly #monitor: DeviceMonitor;

  constructor(
    contract: C,
    specialization: Specialization<C>,
    compiled: { readonly pipeline: GPUComputePipeline; readonly layout: GPUBindGroupLayout },
    device: GPUDevice,
    monitor: DeviceMonitor,
  ) {
    this.contract = contract;
    this.specialization = specialization;
    this.pipeline = compiled.pipeline;
    this.#layout = compiled.layout;
    this.#device = device;
    this.#monitor = monitor;
  }

  /**
   * Attaches buffers. Make it once and dispatch it often: recording a dispatch of a bound kernel allocates nothing here.
   *
   * @throws LimitError if a range is larger than a binding may be; TypeError if a buffer is missing, of the wrong use,
   * or both read and written; RangeError for a range outside its buffer or off alignment.
   */
  bind(buffers: KernelBuffers<C>): BoundKernel {
    const { kernel, bindings } = this.contract as KernelContract;
    const byName = new Map<string, Bindable<BufferUse>>(Object.entries(buffers));
    const ranges = bindings.map((binding) => resolveRange(kernel, binding, byName.get(binding.name)));
    checkWriters(kernel, bindings, ranges);
    const group = this.#monitor.scoped(`bind the buffers of kernel ${kernel}`, () =>
      this.#device.createBindGroup({
        label: kernel,
        layout: this.#layout,
        entries: ranges.map(({ buffer, offsetBytes, sizeBytes }, binding) => ({
          binding,
          resource: { buffer: buffer.handle, offset: offsetBytes, size: sizeBytes },
        })),
      }),
    );
    return { kernel, pipeline: this.pipeline, group };
  }
}

const USE_OF_ACCESS = {
  uniform: 'uniform',
  read: 'storage',
  read_write: 'storage',
} as const satisfies Record<BindingAccess, BufferUse>;

function resolveRange(
  kernel: string,
  { name, access }: KernelBinding,
  bound: Bindable<BufferUse> | undefined,
): BufferRange {
  if (bound === undefined) throw new TypeError(`kernel ${kernel}: no buffer for binding ${name}`);
  const range =
    bound instanceof GpuBuffer ? { buffer: bound, offsetBytes: 0, sizeBytes: bound.sizeBytes } : bound;
  const { buffer, offsetBytes, sizeBytes } = range;
  const subject = `kernel ${kernel}: buffer ${buffer.label} for binding ${name}`;
  const use = USE_OF_ACCESS[access];
  if (buffer.use !== use) throw new TypeError(`${subject} is a ${buffer.use} buffer, expected ${use}`);
  if (offsetBytes % BINDING_OFFSET_ALIGNMENT_BYTES !== 0) {
    throw new RangeError(
      `${subject} starts at ${offsetBytes}, expected a multiple of ${BINDING_OFFSET_ALIGNMENT_BYTES}`,
    );
  }
  if (offsetBytes < 0 || offsetBytes + sizeBytes > buffer.sizeBytes) {
    throw new RangeError(
      `${subject} ends at ${offsetBytes + sizeBytes}, but the buffer has ${buffer.sizeBytes} bytes`,
    );
  }
  const limit = use === 'uniform' ? 'maxUniformBufferBindingSize' : 'maxStorageBufferBindingSize';
  checkLimit(
    limit,
    sizeBytes,
    `bytes of buffer ${buffer.label} at binding ${name} of kernel ${kernel}`,
    REMEDY,
  );
  return range;
}

const REMEDY = 'use a smaller model, batch or sequence';

/** WebGPU refuses a dispatch that writes a buffer it also binds otherwise, whichever parts are bound. */
function checkWriters(
  kernel: string,
  bindings: readonly KernelBinding[],
  ranges: readonly BufferRange[],
): void {
  ranges.forEach(({ buffer }, writer) => {
    if (bindings[writer]?.access !== 'read_write') return;
    const other = ranges.findIndex((range, index) => index !== writer && range.buffer === buffer);
    if (other < 0) return;
    throw new TypeError(
      `kernel ${kernel}: buffer ${buffer.label} is written as ${bindings[writer].name} and also bound as ` +
        `${bindings[other]?.name ?? '?'}; use two buffers`,
    );
  });
}
