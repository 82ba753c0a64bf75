import { AdapterError } from '../errors';
import { WANTED_FEATURES } from '../gpu/capabilities';
import { Octogate } from '../index';
import type { Activations, GpuCapabilities, KernelOptions, LstmPath, Model } from '../index';
import { createNodeGpu, listNodeAdapters } from '../node';
import { checkExecutionOptions } from './options';
import type { ExecutionOptions } from './options';
import { print, styled } from './terminal';
import { readTuning } from './tuning-file';

/** Who did the work and how, for people and programs; null where it does not apply to the reference. */
export interface ExecutionReport {
  readonly backend: ExecutionOptions['backend'];
  /** As `octogate adapters` lists it. */
  readonly adapter: string | null;
  readonly driver: string | null;
  readonly kernels: Required<Pick<KernelOptions, 'dot' | 'rows'>> | null;
  /** Ways in which the recurrences of LSTM layers ran. */
  readonly lstmPaths: readonly LstmPath[] | null;
  /** Where gate functions of LSTM layers came from. */
  readonly activations: readonly Activations[] | null;
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
    return new Execution(options, await createNodeGpu(adapter === undefined ? {} : { adapter }));
  }

  /**
   * @throws ModelFormatError, UnsupportedModelError, AdapterError or LimitError as `Octogate.load` does.
   */
  async load(bytes: Uint8Array): Promise<Model> {
    const { backend, check = 'off', lstm, dot, rows, activations, tuning } = this.#options;
    if (this.#gpu === null) return Octogate.load(bytes, { backend });
    const kernels: KernelOptions = {
      ...(lstm === undefined ? {} : { lstm }),
      ...(dot === undefined ? {} : { dot }),
      ...(rows === undefined ? {} : { rows }),
      ...(activations === undefined ? {} : { activations }),
      ...(tuning === undefined ? {} : { tuning: await readTuning(tuning) }),
    };
    const device = await this.#openDevice(this.#gpu);
    return Octogate.load(bytes, { backend, gpu: this.#gpu, device, check, kernels });
  }

  /**
   * @param model one that this loaded
   * @param batch of the session; layers may run differently for another
   */
  async report(model: Model, batch: number): Promise<ExecutionReport> {
    const { backend, gpu } = await model.diagnostics({ batch });
    if (gpu === null) {
      return { backend, adapter: null, driver: null, kernels: null, lstmPaths: null, activations: null };
    }
    const { capabilities, dot, rows, lstm } = gpu;
    return {
      backend,
      adapter: await adapterName(capabilities),
      driver: capabilities.adapter.description,
      kernels: { dot, rows },
      lstmPaths: [...new Set(lstm.map(({ path }) => path))].sort(),
      activations: [...new Set(lstm.map(({ activations }) => activations))].sort(),
    };
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
  try {
    return await adapter.requestDevice({ label: 'octogate', requiredFeatures });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AdapterError(`the adapter ${adapter.info.description} gives no device: ${reason}`, { cause });
  }
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

/** Says who did the work and how. */
export function printExecution(report: ExecutionReport): void {
  print(
    styled('dim', report.adapter === null ? 'integer reference on the CPU' : `WebGPU on ${report.adapter}`),
  );
  const kernels = describeKernels(report);
  if (kernels !== null) print(styled('dim', kernels));
}

/** How the work was done, in a line; null on the reference. */
export function describeKernels({ kernels, lstmPaths, activations }: ExecutionReport): string | null {
  if (kernels === null || lstmPaths === null || activations === null) return null;
  return [
    ...(lstmPaths.length === 0 ? [] : [`LSTM by ${lstmPaths.join(' and ')}`]),
    ...(activations.includes('table') ? ['gate functions by table'] : []),
    `${kernels.dot} dot products`,
    describeRows(kernels.rows),
  ].join(', ');
}

/** How products get at activation rows. */
export function describeRows(rows: NonNullable<KernelOptions['rows']>): string {
  return rows === 'subgroup' ? 'rows shared in subgroups' : 'rows not shared';
}
