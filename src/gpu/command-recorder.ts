import type { BufferRange, GpuBuffer } from './buffers';
import { checkRange } from './buffers';
import { CompletionTimes } from './completion-times';
import type { BoundKernel } from './compute-kernel';
import { checkLimit } from './device-limits';
import type { DeviceMonitor } from './device-monitor';
import type { StagingPool } from './readback';

/** What a context has sent to its device since it was created. */
export interface SubmissionCounts {
  readonly submissions: number;
  readonly dispatches: number;
  readonly readbacks: number;
}

/** Called for each submission, with what it held. */
export type OnSubmit = (counts: SubmissionCounts) => void;

/**
 * Records one command buffer. Dispatches run in order, each seeing the writes of those before it; neighbours share a
 * compute pass, which copies interrupt. Every method throws TypeError once the recorder was submitted.
 */
export class CommandRecorder {
  readonly #device: GPUDevice;
  readonly #monitor: DeviceMonitor;
  readonly #staging: StagingPool;
  readonly #onSubmit: OnSubmit;
  readonly #label: string;
  readonly #encoder: GPUCommandEncoder;
  #pass: GPUComputePassEncoder | null = null;
  #pipeline: GPUComputePipeline | null = null;
  #dispatches = 0;
  #isSubmitted = false;

  constructor(
    device: GPUDevice,
    monitor: DeviceMonitor,
    staging: StagingPool,
    onSubmit: OnSubmit,
    label: string,
  ) {
    this.#device = device;
    this.#monitor = monitor;
    this.#staging = staging;
    this.#onSubmit = onSubmit;
    this.#label = label;
    monitor.assertUsable();
    this.#encoder = device.createCommandEncoder({ label });
  }

  /** Dispatches recorded so far. */
  get dispatches(): number {
    return this.#dispatches;
  }

  /**
   * Records one dispatch of `x * y * z` workgroups.
   *
   * @throws LimitError if a dimension has more workgroups than every device allows.
   */
  dispatch(bound: BoundKernel, x: number, y = 1, z = 1): void {
    const workgroups = Math.max(x, y, z);
    checkLimit(
      'maxComputeWorkgroupsPerDimension',
      workgroups,
      `workgroups of kernel ${bound.kernel}`,
      TOO_LARGE,
    );
    const pass = this.#computePass();
    if (this.#pipeline !== bound.pipeline) {
      pass.setPipeline(bound.pipeline);
      this.#pipeline = bound.pipeline;
    }
    pass.setBindGroup(0, bound.group);
    pass.dispatchWorkgroups(x, y, z);
    this.#dispatches++;
  }

  /**
   * Records a copy between two buffers.
   *
   * @throws RangeError if a range is outside its buffer, or not on multiples of 4.
   */
  copy(
    { buffer, offsetBytes, sizeBytes }: BufferRange<'storage'>,
    target: GpuBuffer,
    targetOffsetBytes = 0,
  ): void {
    checkRange('copy from', buffer, offsetBytes, sizeBytes);
    checkRange('copy to', target, targetOffsetBytes, sizeBytes);
    this.#endPass();
    this.#encoder.copyBufferToBuffer(buffer.handle, offsetBytes, target.handle, targetOffsetBytes, sizeBytes);
  }

  /**
   * Records filling a range with zeros.
   *
   * @throws RangeError if the range is outside its buffer, or not on multiples of 4.
   */
  clear({ buffer, offsetBytes, sizeBytes }: BufferRange): void {
    checkRange('clear', buffer, offsetBytes, sizeBytes);
    this.#endPass();
    this.#encoder.clearBuffer(buffer.handle, offsetBytes, sizeBytes);
  }

  /** Sends the work off. What WebGPU finds wrong with it is thrown at the next wait on the context. */
  submit(): void {
    this.#submit(0);
  }

  /**
   * Sends the work off, and waits for the contents that these ranges have after it: one submission, one map.
   *
   * @param times of the same work, recorded before
   * @returns the bytes of each range
   * @throws RangeError or LimitError if the ranges cannot be read; DeviceLostError; what this work, or work submitted
   * before it, failed with.
   */
  async submitAndRead(
    ranges: readonly BufferRange<'storage'>[],
    times = new CompletionTimes(),
  ): Promise<Uint8Array<ArrayBuffer>[]> {
    this.#endPass();
    const staging = this.#staging.acquire(ranges);
    try {
      for (const { range, stagingOffset } of staging.parts) {
        const { buffer, offsetBytes, sizeBytes } = range;
        this.#encoder.copyBufferToBuffer(
          buffer.handle,
          offsetBytes,
          staging.buffer,
          stagingOffset,
          sizeBytes,
        );
      }
      this.#submit(1);
    } catch (error) {
      this.#staging.discard(staging);
      throw error;
    }
    return this.#staging.take(staging, times);
  }

  #submit(readbacks: number): void {
    this.#endPass();
    this.#isSubmitted = true;
    this.#monitor.scoped(`submit ${this.#label}`, () => {
      this.#device.queue.submit([this.#encoder.finish()]);
    });
    this.#onSubmit({ submissions: 1, dispatches: this.#dispatches, readbacks });
  }

  #computePass(): GPUComputePassEncoder {
    this.#assertOpen();
    this.#pass ??= this.#encoder.beginComputePass();
    return this.#pass;
  }

  #endPass(): void {
    this.#assertOpen();
    this.#pass?.end();
    this.#pass = null;
    this.#pipeline = null;
  }

  #assertOpen(): void {
    if (this.#isSubmitted) throw new TypeError(`${this.#label}: a recorder submits once; record another one`);
  }
}

const TOO_LARGE = 'use a smaller batch or a shorter sequence';
