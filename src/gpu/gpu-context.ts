import type { KernelContract, Specialization } from '../contract/kernel-contract';
import type { DeviceLostError } from '../errors';
import { AdapterError } from '../errors';
import type { BufferOptions, BufferUse, GpuBuffer } from './buffers';
import { BufferAllocator } from './buffers';
import type { GpuCapabilities } from './capabilities';
import { capabilitiesOf, WANTED_FEATURES } from './capabilities';
import type { SubmissionCounts } from './command-recorder';
import { CommandRecorder } from './command-recorder';
import type { ComputeKernel } from './compute-kernel';
import { checkDeviceLimits } from './device-limits';
import { DeviceMonitor } from './device-monitor';
import type { Judged } from './device-monitor';
import { PipelineCache } from './pipeline-cache';
import { StagingPool } from './readback';
import type { ShaderSources } from './shader-sources';

export interface GpuContextOptions {
  /** `navigator.gpu`, or in Node what `createNodeGpu` returns. */
  readonly gpu: GPU;
  readonly adapterOptions?: GPURequestAdapterOptions;
}

export interface DeviceContextOptions {
  /** The object that the device came from: it, and not the device, knows WGSL's language features. */
  readonly gpu: GPU;
  readonly device: GPUDevice;
}

/**
 * One GPU device with its compiled kernels and buffers.
 *
 * WebGPU reports most failures late. Here every operation runs in error scopes, and what they catch is thrown by the
 * next call on the context that waits: `pipeline`, `settle`, `idle`, or a recorder's `submitAndRead`.
 */
export class GpuContext {
  readonly capabilities: GpuCapabilities;
  /** Settles with the error when the device is lost; calls throw it from then on. */
  readonly lost: Promise<DeviceLostError>;
  readonly #device: GPUDevice;
  readonly #ownsDevice: boolean;
  readonly #monitor: DeviceMonitor;
  readonly #buffers: BufferAllocator;
  readonly #pipelines: PipelineCache;
  readonly #staging: StagingPool;
  #counts: SubmissionCounts = { submissions: 0, dispatches: 0, readbacks: 0 };

  private constructor(gpu: GPU, device: GPUDevice, ownsDevice: boolean, ownShaders: ShaderSources) {
    checkDeviceLimits(device.limits);
    this.capabilities = capabilitiesOf(gpu, device);
    this.#device = device;
    this.#ownsDevice = ownsDevice;
    this.#monitor = new DeviceMonitor(device, ownsDevice);
    this.lost = this.#monitor.lost;
    this.#buffers = new BufferAllocator(device, this.#monitor);
    this.#pipelines = new PipelineCache(device, this.#monitor, ownShaders);
    this.#staging = new StagingPool(device, this.#monitor);
  }

  /**
   * Opens a device of its own, with WebGPU's default limits and the optional features that kernels can use.
   *
   * @param ownShaders shader files beside the library's, or in place of them: of tests and measurements
   * @throws AdapterError if there is no adapter, or it gives no device.
   */
  static async create(
    { gpu, adapterOptions }: GpuContextOptions,
    ownShaders: ShaderSources = new Map(),
  ): Promise<GpuContext> {
    const adapter = await gpu.requestAdapter(adapterOptions);
    if (adapter === null) {
      throw new AdapterError(
        "WebGPU offers no adapter with these options; check the browser's GPU settings and the system's driver, or use " +
          "the backend 'reference'",
      );
    }
    const requiredFeatures = WANTED_FEATURES.filter((feature) => adapter.features.has(feature));
    let device: GPUDevice;
    try {
      device = await adapter.requestDevice({ label: 'octogate', requiredFeatures });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new AdapterError(`the adapter ${adapter.info.description} gives no device: ${reason}`, { cause });
    }
    return new GpuContext(gpu, device, true, ownShaders);
  }

  /**
   * Uses a caller's device, with the features that it was created with, and leaves it alive on `destroy`.
   *
   * @param ownShaders shader files beside the library's, or in place of them: of tests and measurements
   * @throws LimitError if the device has less than WebGPU's default limits.
   */
  static fromDevice(
    { gpu, device }: DeviceContextOptions,
    ownShaders: ShaderSources = new Map(),
  ): GpuContext {
    return new GpuContext(gpu, device, false, ownShaders);
  }

  /** Bytes of all buffers that were created and not destroyed; staging buffers, which come and go, are apart. */
  get allocatedBytes(): number {
    return this.#buffers.allocatedBytes;
  }

  /** Bytes of the staging buffers behind readbacks. */
  get stagingBytes(): number {
    return this.#staging.allocatedBytes;
  }

  /** Kernels compiled so far. */
  get compiledKernels(): number {
    return this.#pipelines.size;
  }

  /** Work sent to the device so far. */
  get counts(): SubmissionCounts {
    return this.#counts;
  }

  /**
   * The kernel in one specialization; compiled now, unless it was before.
   *
   * @throws TypeError if the specialization does not fit the contract; ShaderError, with source lines, if the shader
   * does not link or compile; DeviceLostError.
   */
  pipeline<C extends KernelContract>(
    contract: C,
    specialization: Specialization<C>,
  ): Promise<ComputeKernel<C>> {
    return this.#pipelines.get(contract, specialization);
  }

  /**
   * Creates a buffer, filled with zeros after its initial data.
   *
   * @throws LimitError naming the buffer if it is larger than every device allows; RangeError if the data does not fit.
   * A device that is out of memory reports a LimitError at the next wait.
   */
  createBuffer<U extends BufferUse>(options: BufferOptions<U>): GpuBuffer<U> {
    return this.#buffers.create(options);
  }

  /**
   * Overwrites part of a buffer, ordered after everything submitted so far and before everything submitted later.
   *
   * @throws RangeError if offset or length is not a multiple of 4, or the data does not fit.
   */
  upload(buffer: GpuBuffer, data: ArrayBuffer | ArrayBufferView, offsetBytes = 0): void {
    this.#buffers.upload(buffer, data, offsetBytes);
  }

  /**
   * Starts a command buffer.
   *
   * @param label names it in errors: `lstm_0 timesteps 0 to 99`
   */
  record(label: string): CommandRecorder {
    return new CommandRecorder(
      this.#device,
      this.#monitor,
      this.#staging,
      ({ submissions, dispatches, readbacks }) => {
        const before = this.#counts;
        this.#counts = {
          submissions: before.submissions + submissions,
          dispatches: before.dispatches + dispatches,
          readbacks: before.readbacks + readbacks,
        };
      },
      label,
    );
  }

  /**
   * Does several things under one set of error scopes, where each of them would open its own.
   *
   * @param what names all of it in errors: `run timesteps 0 to 99`
   * @param work synchronous calls of this context; what follows an `await` is outside
   * @returns what `work` returned, and a verdict on these calls alone. It comes before submitted work has run, and once it is
   * good, that work runs unless the device is lost; it rejects with what they failed with, or DeviceLostError.
   */
  judged<T>(what: string, work: () => T): Judged<T> {
    return this.#monitor.judged(what, work);
  }

  /**
   * Waits until everything submitted so far has run.
   *
   * @throws DeviceLostError, DisposedError, or what the work failed with.
   */
  async idle(): Promise<void> {
    await this.#monitor.guard('wait for the device', this.#device.queue.onSubmittedWorkDone());
  }

  /**
   * Waits for WebGPU's verdict on all calls so far, but not for submitted work to run.
   *
   * @throws DeviceLostError, DisposedError, or what a call failed with.
   */
  async settle(): Promise<void> {
    await this.#monitor.settle();
  }

  /** Frees all buffers, and the device unless it is a caller's. Pending waits and later calls throw DisposedError. */
  destroy(): void {
    this.#monitor.dispose();
    this.#buffers.destroyAll();
    this.#staging.destroyAll();
    if (this.#ownsDevice) this.#device.destroy();
  }
}
