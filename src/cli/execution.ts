import { AdapterError, InputError } from '../errors';
import { WANTED_FEATURES } from '../gpu/capabilities';
import { Octogate } from '../index';
import type { GpuCapabilities, Model } from '../index';
import { createNodeGpu, listNodeAdapters } from '../node';
import { checkExecutionOptions } from './options';
import type { ExecutionOptions } from './options';

/** Who did the work, for people and programs. */
export interface ExecutionReport {
  readonly backend: ExecutionOptions['backend'];
  /** The adapter as `octogate adapters` lists it, and its driver; null on the reference. */
  readonly adapter: string | null;
  readonly driver: string | null;
  /** Kernels of int8 dot products; null on the reference. */
  readonly dot: 'packed' | 'unpacked' | null;
}

/** Loads models as the command line says, all on one device. */
export class Execution {
  readonly #options: ExecutionOptions;
  readonly #gpu: GPU | null;
  #device: Promise<GPUDevice> | null = null;

  private constructor(options: ExecutionOptions, gpu: GPU | null) {
    this.#options = options;
    this.#gpu = gpu;
  }

  /**
   * @throws InputError for options that contradict each other; AdapterError if there is no adapter, or none of that name.
   */
  static async start(options: ExecutionOptions): Promise<Execution> {
    checkExecutionOptions(options);
    if (options.backend === 'reference') return new Execution(options, null);
    const { adapter } = options;
    const gpu = await createNodeGpu(adapter === undefined ? {} : { adapter });
    if (options.dot === 'packed' && !gpu.wgslLanguageFeatures.has('packed_4x8_integer_dot_product')) {
      throw new InputError('--dot packed: this device has no packed dot products; use --dot unpacked');
    }
    return new Execution(options, gpu);
  }

  /**
   * @throws ModelFormatError, UnsupportedModelError, AdapterError or LimitError as `Octogate.load` does.
   */
  async load(bytes: Uint8Array): Promise<Model> {
    const { backend, check, lstm, dot } = this.#options;
    if (this.#gpu === null) return Octogate.load(bytes, { backend });
    return Octogate.load(bytes, {
      backend,
      gpu: this.#gpu,
      device: await this.#openDevice(this.#gpu),
      check: check ?? 'off',
      kernels: { ...(lstm === undefined ? {} : { lstm }), ...(dot === undefined ? {} : { dot }) },
    });
  }

  /** @param model one that this loaded */
  async report(model: Model): Promise<ExecutionReport> {
    const { backend } = this.#options;
    const capabilities = await model.capabilities();
    if (capabilities === null) return { backend, adapter: null, driver: null, dot: null };
    const driver = capabilities.adapter.description;
    const dot = this.#options.dot ?? (capabilities.packedDot ? 'packed' : 'unpacked');
    return { backend, adapter: await adapterName(capabilities), driver, dot };
  }

  /** Gives the device back. */
  async close(): Promise<void> {
    const device = await this.#device;
    this.#device = null;
    device?.destroy();
  }

  /** The device of all models; another one after it was lost. */
  #openDevice(gpu: GPU): Promise<GPUDevice> {
    this.#device ??= requestDevice(gpu).then((device) => {
      void device.lost.then(() => {
        this.#device = null;
      });
      return device;
    });
    return this.#device;
  }
}

async function requestDevice(gpu: GPU): Promise<GPUDevice> {
  const adapter = await gpu.requestAdapter();
  if (adapter === null) throw new AdapterError('the adapter was listed and is now refused; try again');
  const requiredFeatures = WANTED_FEATURES.filter((feature) => adapter.features.has(feature));
  return adapter.requestDevice({ label: 'octogate', requiredFeatures });
}

/** WebGPU abbreviates the name that Dawn lists and the user gave. */
async function adapterName({ adapter }: GpuCapabilities): Promise<string> {
  const adapters = await listNodeAdapters();
  const listed = adapters.find(
    ({ driver, vendor, architecture }) =>
      driver === adapter.description && vendor === adapter.vendor && architecture === adapter.architecture,
  );
  return listed?.name ?? adapter.device;
}

/** Who did the work, in a line. */
export function describeExecution({ adapter, dot }: ExecutionReport): string {
  return adapter === null
    ? 'integer reference on the CPU'
    : `WebGPU on ${adapter}, ${dot ?? 'no'} dot products`;
}
