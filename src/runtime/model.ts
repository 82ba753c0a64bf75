import { AdapterError, DisposedError, InputError } from '../errors';
import { GpuContext } from '../gpu';
import type { Graph } from '../model';
import type { SessionSize, SessionSizes } from '../model/shapes';
import type { CheckMode } from './checked-executor';
import type { Diagnostics } from './diagnostics';
import type { ExecutableModel, Executor } from './executor';
import { GpuExecutor } from './gpu/gpu-executor';
import { GpuModel } from './gpu/gpu-model';
import type { KernelOptions } from './gpu/gpu-model';
import { modelEnd } from './model-end';
import type { ModelEnd } from './model-end';
import { programInputs, programOutputs } from './program-ends';
import { requireKnownOptions } from './known-options';
import { loadGraph } from './load-graph';
import { Session } from './session';

/** Where a model runs: the GPU, or the integer CPU reference. */
export type Backend = 'webgpu' | 'reference';

/** Where and how a model runs. */
export interface LoadOptions {
  /** Where to run: the GPU, or the integer CPU reference. Default `webgpu`; there is no silent fallback. */
  readonly backend?: Backend;
  /** WebGPU's entry point; default `navigator.gpu`. In Node, what `createNodeGpu` returns. */
  readonly gpu?: GPU;
  /** Which adapter to ask for; default the one that the browser or driver prefers. */
  readonly adapterOptions?: GPURequestAdapterOptions;
  /** A device of the caller's to run on; it stays the caller's, and its loss cannot be repaired from here. */
  readonly device?: GPUDevice;
  /** How much of the GPU's work is compared with the reference; default `off`. */
  readonly check?: CheckMode;
  /** Kernel choices, for tests and measurements. */
  readonly kernels?: KernelOptions;
}

/** Size of a session. */
export interface SessionOptions {
  /** Independent sequences that advance together; default the file's batch. */
  readonly batch?: number;
}

/** A loaded model. Sessions share its weights. */
export class Model {
  /** What runs: the graph as it was imported, with its real-number scales. */
  readonly graph: Graph;
  /** Where it runs. */
  readonly backend: Backend;
  /** What a call takes and gives, in the file's order. */
  readonly inputs: readonly ModelEnd[];
  /** What a call gives, in the file's order. */
  readonly outputs: readonly ModelEnd[];
  /** The file's batch, and whether sessions may have another. */
  readonly batch: SessionSize;
  /** The file's timesteps, and whether calls may have others. */
  readonly timesteps: SessionSize;
  readonly #executable: ExecutableModel;
  readonly #createExecutor: CreateExecutor;
  readonly #gpu: GpuModel | null;
  readonly #sessions = new Set<Session>();
  #disposed = false;

  private constructor(
    executable: ExecutableModel,
    backend: Backend,
    createExecutor: CreateExecutor,
    gpu: GpuModel | null,
  ) {
    const { program, shapes } = executable;
    this.graph = program.graph;
    this.backend = backend;
    this.inputs = programInputs(program).map((end) => modelEnd(end, shapes));
    this.outputs = programOutputs(program).map((end) => modelEnd(end, shapes));
    this.batch = shapes.batch;
    this.timesteps = shapes.timesteps;
    this.#executable = executable;
    this.#createExecutor = createExecutor;
    this.#gpu = gpu;
  }

  /**
   * Makes an imported graph runnable.
   *
   * @throws ModelFormatError or UnsupportedModelError, with every reason, if it cannot run here; AdapterError if there is no
   * GPU to run on; LimitError if it does not fit; InputError for an unknown option; DeviceLostError if the caller's device is
   * lost.
   */
  static async fromGraph(graph: Graph, options: LoadOptions = {}): Promise<Model> {
    requireKnownOptions(options);
    const executable = await loadGraph(graph);
    const { backend = 'webgpu', check = 'off' } = options;
    if (backend === 'reference') return new Model(executable, backend, await onReference(executable), null);
    const gpu = new GpuModel(executable, options.kernels ?? {}, () => openContext(options));
    await gpu.epoch();
    return new Model(executable, backend, await onGpu(gpu, executable, check), gpu);
  }

  /**
   * What runs the model and how: adapter, driver, kernel paths.
   *
   * @param sizes of the calls that are asked about, on which a layer's path depends; by default the file's
   * @throws AdapterError if a lost device cannot be replaced; DisposedError.
   */
  async diagnostics(sizes: Partial<SessionSizes> = {}): Promise<Diagnostics> {
    this.#checkUsable();
    const { batch = this.batch.inFile, timesteps = this.timesteps.inFile } = sizes;
    return { backend: this.backend, gpu: (await this.#gpu?.diagnostics({ batch, timesteps })) ?? null };
  }

  /** What the device is and can do; null on the reference. */
  async capabilities(): Promise<GpuContext['capabilities'] | null> {
    if (this.#gpu === null) return null;
    const { context } = await this.#gpu.epoch();
    return context.capabilities;
  }

  /**
   * Starts a batch of sequences at the reset state.
   *
   * @throws InputError if the model fixes another batch; LimitError if so large a batch does not fit; DisposedError.
   */
  createSession(options: SessionOptions = {}): Session {
    this.#checkUsable();
    const { shapes } = this.#executable;
    const batch = options.batch ?? shapes.batch.inFile;
    if (!Number.isSafeInteger(batch) || batch < 1) {
      throw new InputError(`batch is ${batch}; a whole number of at least 1 is expected`);
    }
    if (shapes.batch.fixedBecause !== null && batch !== shapes.batch.inFile) {
      throw new InputError(
        `batch is ${batch}, but this model runs with ${shapes.batch.inFile} only: ${shapes.batch.fixedBecause}`,
      );
    }
    const session: Session = new Session(this.#executable, this.#createExecutor(batch), batch, () => {
      this.#sessions.delete(session);
    });
    this.#sessions.add(session);
    return session;
  }

  /** Frees the model's weights and all its sessions. Idempotent. */
  dispose(): void {
    this.#disposed = true;
    for (const session of [...this.#sessions]) session.dispose();
    this.#gpu?.dispose();
  }

  #checkUsable(): void {
    if (this.#disposed) throw new DisposedError('this model was disposed; load it again');
  }
}

/** @throws LimitError if so large a batch does not fit. */
type CreateExecutor = (batch: number) => Executor;

/** The reference is loaded by those who ask for it: it is a fifth of the library. */
async function onReference(executable: ExecutableModel): Promise<CreateExecutor> {
  const { ReferenceExecutor } = await import('./reference-executor');
  return (batch) => new ReferenceExecutor(executable, batch);
}

async function onGpu(gpu: GpuModel, executable: ExecutableModel, check: CheckMode): Promise<CreateExecutor> {
  if (check === 'off') return (batch) => new GpuExecutor(gpu, batch);
  const { CheckedExecutor } = await import('./checked-executor');
  return (batch) => new CheckedExecutor(new GpuExecutor(gpu, batch), executable, batch, check);
}

function openContext({ gpu, device, adapterOptions }: LoadOptions): Promise<GpuContext> {
  const entry = gpu ?? defaultGpu();
  if (device !== undefined) return Promise.resolve(GpuContext.fromDevice({ gpu: entry, device }));
  return GpuContext.create({ gpu: entry, ...(adapterOptions === undefined ? {} : { adapterOptions }) });
}

function defaultGpu(): GPU {
  const gpu = (globalThis.navigator as Navigator | undefined)?.gpu;
  if (gpu !== undefined) return gpu;
  throw new AdapterError(
    'there is no WebGPU here (navigator.gpu is missing); in Node pass `gpu: await createNodeGpu()`, in a page use a ' +
      "browser with WebGPU over https or localhost, or choose the backend 'reference'",
  );
}
