import { AdapterError, DisposedError } from '../../errors';
import type { GpuBuffer, GpuCapabilities, GpuContext } from '../../gpu';
import type { SessionSizes } from '../../model/shapes';
import type { GpuDiagnostics } from '../diagnostics';
import type { ExecutableModel } from '../executor';
import type { GateTables } from '../plan/gate-tables';
import { buildPlan } from '../plan/build-plan';
import { kernelsOfLayer } from '../plan/layer-kernels';
import type { Activations, LstmPath } from '../plan/lstm-kernels';
import { adapterKey } from '../plan/lstm-tuning';
import type { KernelTuning, LayerTunings } from '../plan/lstm-tuning';
import type { KernelPath, RowSharing } from '../plan/plan-builder';
import { PASS_BYTES } from '../plan/segments';
import type { GpuPlan, PlannedBuffer } from '../plan/plan';
import { gateTablesFor } from './gate-tables-for';

/** Choices that a caller may take out of the library's hands, for tests and measurements. */
export interface KernelOptions {
  /** `dot4I8Packed` or byte unpacking; by default whatever the device has. */
  readonly dot?: 'packed' | 'unpacked';
  /** Activation rows passed around in subgroups, or loaded by every invocation; by default whatever the device has. */
  readonly rows?: RowSharing;
  /** One dispatch per timestep or whole sequences per dispatch; by default what suits the layer. */
  readonly lstm?: LstmPath;
  /** Gate functions computed, as by default, or looked up in tables of 128 KiB that all layers of the model share. */
  readonly activations?: Activations;
  /** What `Octogate.tune` found, on this adapter or others; what an option above insists on comes first. */
  readonly tuning?: KernelTuning;
}

/** Smallest subgroup that shares activation rows (`SHARERS` in shaders/lib/row_tile_product_subgroup.wgsl). */
const SHARING_INVOCATIONS = 8;

/** A model's life on one device: over when the device is lost. */
export interface DeviceEpoch {
  readonly context: GpuContext;
  /** Null where all layers compute their gate functions. */
  readonly gateTables: GateTables | null;
  /** Weights and constants by key, uploaded when a plan first asks. */
  readonly buffers: Map<string, GpuBuffer>;
  /** Keys of those that the device has not confirmed yet. */
  readonly unverified: Set<string>;
}

/** A model on the GPU: its weights, shared by all sessions, and the device they are on. */
export class GpuModel {
  readonly model: ExecutableModel;
  /** Bytes of tensors that one pass may hold on the device. */
  readonly passBytes: number;
  readonly #kernels: KernelOptions;
  readonly #openContext: () => Promise<GpuContext>;
  #epoch: Promise<DeviceEpoch> | null = null;
  #disposed = false;

  /**
   * @param openContext opens a device; called again after a loss
   * @param passBytes of tensors that one pass may hold on the device; longer calls take several
   */
  constructor(
    model: ExecutableModel,
    kernels: KernelOptions,
    openContext: () => Promise<GpuContext>,
    passBytes = PASS_BYTES,
  ) {
    this.model = model;
    this.passBytes = passBytes;
    this.#kernels = kernels;
    this.#openContext = openContext;
  }

  /**
   * The device, opened anew if the last one was lost.
   *
   * @throws AdapterError if there is none, or it lacks what the kernel options ask for; LimitError; DeviceLostError for a
   * caller's device that is lost; DisposedError.
   */
  async epoch(): Promise<DeviceEpoch> {
    if (this.#disposed) throw new DisposedError('this model was disposed; load it again');
    this.#epoch ??= this.#open();
    return this.#epoch;
  }

  /** What runs calls of these sizes. */
  async diagnostics({ batch, timesteps }: SessionSizes): Promise<GpuDiagnostics> {
    const { context, gateTables } = await this.epoch();
    const { capabilities } = context;
    const kernelPath = this.kernelPath(capabilities);
    const sizes = { batch, timesteps, rows: batch * timesteps };
    const tunings = this.#tunings(capabilities);
    const options = { ...kernelPath, path: this.#lstmPath, tunings, gateTables };
    const layers = this.model.program.ops.filter((lowered) => lowered.kind === 'lstm');
    return {
      ...kernelPath,
      capabilities,
      lstm: layers.map((lowered) => {
        const { path, activations } = kernelsOfLayer(this.model, lowered, sizes, options);
        return { layer: lowered.op.name, path, activations };
      }),
    };
  }

  /** Plans a pass; throws LimitError if something does not fit. */
  plan(
    { context, gateTables }: DeviceEpoch,
    sizes: { readonly batch: number; readonly timesteps: number; readonly trace: boolean },
  ): GpuPlan {
    const kernelPath = this.kernelPath(context.capabilities);
    const tunings = this.#tunings(context.capabilities);
    return buildPlan(this.model, { ...sizes, ...kernelPath, path: this.#lstmPath, tunings, gateTables });
  }

  /**
   * What kernels use on a device.
   *
   * @throws AdapterError if the options ask for what the device lacks.
   */
  kernelPath({ packedDot, subgroups }: GpuCapabilities): KernelPath {
    const canShareRows = subgroups !== null && subgroups.minSize >= SHARING_INVOCATIONS;
    const { dot = packedDot ? 'packed' : 'unpacked', rows = canShareRows ? 'subgroup' : 'plain' } =
      this.#kernels;
    if (dot === 'packed' && !packedDot) {
      throw new AdapterError(
        "the kernel option dot is 'packed', but this WebGPU has no dot4I8Packed (the language feature " +
          "packed_4x8_integer_dot_product); leave the option out or use 'unpacked'",
      );
    }
    if (rows === 'subgroup' && !canShareRows) {
      const found = subgroups === null ? 'no subgroups' : `subgroups of ${subgroups.minSize}`;
      throw new AdapterError(
        `the kernel option rows is 'subgroup', but this device has ${found}, and ${SHARING_INVOCATIONS} invocations or ` +
          "more are expected; leave the option out or use 'plain'",
      );
    }
    return { dot, rows };
  }

  /** @throws LimitError if not even one timestep of such a batch fits into WebGPU's default limits. */
  requireRoom(batch: number): void {
    const { fixedBecause, inFile } = this.model.shapes.timesteps;
    const timesteps = fixedBecause === null ? 1 : inFile;
    buildPlan(this.model, { batch, timesteps, trace: false, dot: 'unpacked', rows: 'plain', path: null });
  }

  /** The device buffer of a constant of the model; unverified until WebGPU has said that there was memory for it. */
  constant({ context, buffers, unverified }: DeviceEpoch, planned: PlannedBuffer): GpuBuffer {
    const known = buffers.get(planned.key);
    if (known !== undefined) return known;
    const buffer = context.createBuffer({
      label: planned.key,
      use: planned.usage,
      sizeBytes: planned.byteLength,
      ...(planned.contents === null ? {} : { data: planned.contents() }),
    });
    buffers.set(planned.key, buffer);
    unverified.add(planned.key);
    return buffer;
  }

  /** Tells that every constant so far is sound. */
  markVerified({ unverified }: DeviceEpoch): void {
    unverified.clear();
  }

  /** Drops constants that may have failed; the next plan makes them again. */
  discardUnverified({ buffers, unverified }: DeviceEpoch): void {
    for (const key of unverified) {
      buffers.get(key)?.destroy();
      buffers.delete(key);
    }
    unverified.clear();
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

  /** The path of the LSTM layers that the caller insists on. */
  get #lstmPath(): LstmPath | null {
    return this.#kernels.lstm ?? null;
  }

  #tunings({ adapter }: GpuCapabilities): LayerTunings {
    return this.#kernels.tuning?.adapters[adapterKey(adapter)] ?? {};
  }

  async #open(): Promise<DeviceEpoch> {
    let context: GpuContext | null = null;
    let gateTables: GateTables | null;
    try {
      context = await this.#openContext();
      const { capabilities } = context;
      this.kernelPath(capabilities);
      gateTables = await gateTablesFor(this.#kernels, this.#tunings(capabilities));
      // A caller's device may have been lost before.
      await context.settle();
    } catch (error) {
      context?.destroy();
      this.#epoch = null;
      throw error;
    }
    void context.lost.then(() => {
      this.#epoch = null;
    });
    return { context, gateTables, buffers: new Map(), unverified: new Set() };
  }
}
