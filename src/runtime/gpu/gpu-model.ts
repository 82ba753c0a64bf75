import { DisposedError } from '../../errors';
import type { GpuBuffer, GpuContext } from '../../gpu';
import type { ExecutableModel } from '../executor';
import { buildPlan } from '../plan/build-plan';
import type { LstmPath } from '../plan/lstm-kernels';
import type { RowSharing } from '../plan/plan-builder';
import type { GpuPlan, PlannedBuffer } from '../plan/plan';

/** Choices that a caller may take out of the library's hands, for tests and measurements. */
export interface KernelOptions {
  /** `dot4I8Packed` or byte unpacking; by default whatever the device has. */
  readonly dot?: 'packed' | 'unpacked';
  /** Activation rows passed around in subgroups, or loaded by every invocation; by default whatever the device has. */
  readonly rows?: RowSharing;
  /** One dispatch per timestep or whole sequences per dispatch; by default what suits the layer. */
  readonly lstm?: LstmPath;
}

/** Smallest subgroup that shares activation rows (`SHARERS` in shaders/lib/row_tile_product_subgroup.wgsl). */
const SHARING_INVOCATIONS = 8;

/** A model's life on one device: over when the device is lost. */
export interface DeviceEpoch {
  readonly context: GpuContext;
  /** Weights and constants by key, uploaded when a plan first asks. */
  readonly buffers: Map<string, GpuBuffer>;
}

/** A model on the GPU: its weights, shared by all sessions, and the device they are on. */
export class GpuModel {
  readonly model: ExecutableModel;
  readonly #kernels: KernelOptions;
  readonly #openContext: () => Promise<GpuContext>;
  #epoch: Promise<DeviceEpoch> | null = null;
  #disposed = false;

  /**
   * @param openContext opens a device; called again after a loss
   */
  constructor(model: ExecutableModel, kernels: KernelOptions, openContext: () => Promise<GpuContext>) {
    this.model = model;
    this.#kernels = kernels;
    this.#openContext = openContext;
  }

  /**
   * The device, opened anew if the last one was lost.
   *
   * @throws AdapterError, LimitError, or DisposedError.
   */
  async epoch(): Promise<DeviceEpoch> {
    if (this.#disposed) throw new DisposedError('this model was disposed; load it again');
    this.#epoch ??= this.#open();
    return this.#epoch;
  }

  /** Plans a pass; throws LimitError if something does not fit. */
  plan(
    { context }: DeviceEpoch,
    sizes: { readonly batch: number; readonly timesteps: number; readonly trace: boolean },
  ): GpuPlan {
    const { packedDot, subgroups } = context.capabilities;
    const dot = this.#kernels.dot ?? (packedDot ? 'packed' : 'unpacked');
    const canShareRows = subgroups !== null && subgroups.minSize >= SHARING_INVOCATIONS;
    const rows = this.#kernels.rows ?? (canShareRows ? 'subgroup' : 'plain');
    return buildPlan(this.model, { ...sizes, dot, rows, path: this.#kernels.lstm ?? null });
  }

  /** The device buffer of a constant of the model. */
  constant({ context, buffers }: DeviceEpoch, planned: PlannedBuffer): GpuBuffer {
    const known = buffers.get(planned.key);
    if (known !== undefined) return known;
    const buffer = context.createBuffer({
      label: planned.key,
      use: planned.usage,
      sizeBytes: planned.byteLength,
      ...(planned.contents === null ? {} : { data: planned.contents() }),
    });
    buffers.set(planned.key, buffer);
    return buffer;
  }

  /** Frees the weights and the device. Sessions have to be disposed before. */
  dispose(): void {
    this.#disposed = true;
    const epoch = this.#epoch;
    this.#epoch = null;
    epoch?.then(
      ({ context, buffers }) => {
        for (const buffer of buffers.values()) buffer.destroy();
        context.destroy();
      },
      () => undefined,
    );
  }

  async #open(): Promise<DeviceEpoch> {
    let context: GpuContext;
    try {
      context = await this.#openContext();
    } catch (error) {
      this.#epoch = null;
      throw error;
    }
    const epoch = { context, buffers: new Map<string, GpuBuffer>() };
    void context.lost.then(() => {
      this.#epoch = null;
    });
    return epoch;
  }
}
