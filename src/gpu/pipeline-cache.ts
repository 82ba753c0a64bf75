import type { BindingAccess, KernelContract, Specialization } from '../contract/kernel-contract';
import { overrideConstants } from '../contract/kernel-contract';
import type { ShaderDiagnostic } from '../errors';
import { ShaderError } from '../errors';
import { ComputeKernel } from './compute-kernel';
import type { DeviceMonitor } from './device-monitor';
import type { LinkedShader } from './shader-linker';
import { linkShader } from './shader-linker';
import { loadShaders } from './shader-library';
import type { ShaderSources } from './shader-sources';

/** Compiles kernels, each specialization once. */
export class PipelineCache {
  readonly #device: GPUDevice;
  readonly #monitor: DeviceMonitor;
  readonly #ownShaders: ShaderSources;
  readonly #modules = new Map<string, Promise<GPUShaderModule>>();
  readonly #kernels = new Map<string, Promise<ComputeKernel>>();
  /** By contract, so that all specializations of a kernel take the same bind groups. */
  readonly #layouts = new Map<KernelContract, GPUBindGroupLayout>();

  /** @param ownShaders shader files that the linker finds before the library's */
  constructor(device: GPUDevice, monitor: DeviceMonitor, ownShaders: ShaderSources) {
    this.#device = device;
    this.#monitor = monitor;
    this.#ownShaders = ownShaders;
  }

  /** Kernels compiled, or being compiled. */
  get size(): number {
    return this.#kernels.size;
  }

  /**
   * The kernel in one specialization; compiled now, unless it was before.
   *
   * @throws TypeError for a second contract of a kernel; ShaderError, with source lines, if the shader does not link or
   * compile; DeviceLostError.
   */
  async get<C extends KernelContract>(
    contract: C,
    specialization: Specialization<C>,
  ): Promise<ComputeKernel<C>> {
    this.#monitor.assertUsable();
    const key = specializationKey(contract.kernel, specialization);
    const kernel = await remember(this.#kernels, key, () => this.#compile(contract, specialization));
    if (kernel.contract !== contract) {
      throw new TypeError(`kernel ${contract.kernel} has two contracts; use the one in src/contract/kernels`);
    }
    // The key and the contract identify the kernel, which the map's type cannot say.
    return kernel as ComputeKernel<C>;
  }

  async #compile(contract: KernelContract, specialization: Specialization): Promise<ComputeKernel> {
    const { kernel } = contract;
    const { constants, alternatives } = specialization;
    const moduleKey = specializationKey(kernel, { overrides: {}, constants, alternatives });
    const module = await remember(this.#modules, moduleKey, () =>
      this.#compileModule(kernel, specialization),
    );
    const layout = this.#layout(contract);
    const label = describe(kernel, specialization);
    const pipelineLayout = this.#monitor.scoped(`lay out a pipeline of ${label}`, () =>
      this.#device.createPipelineLayout({ label, bindGroupLayouts: [layout] }),
    );
    let pipeline: GPUComputePipeline;
    try {
      pipeline = await this.#device.createComputePipelineAsync({
        label,
        layout: pipelineLayout,
        compute: { module, entryPoint: 'main', constants: overrideConstants(specialization) },
      });
    } catch (cause) {
      await this.#monitor.settleAfterRejection();
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new ShaderError(`cannot build a pipeline of ${label}`, [{ location: null, message }], { cause });
    }
    await this.#monitor.settle();
    return new ComputeKernel(contract, specialization, { pipeline, layout }, this.#device, this.#monitor);
  }

  async #compileModule(kernel: string, specialization: Specialization): Promise<GPUShaderModule> {
    const sources = new Map([
      ...(await loadShaders(kernel, specialization.alternatives)),
      ...this.#ownShaders,
    ]);
    this.#monitor.assertUsable();
    const linked = linkShader(kernel, sources, specialization);
    // The compilation messages say everything that this scope would.
    this.#device.pushErrorScope('validation');
    const module = this.#device.createShaderModule({ label: kernel, code: linked.code });
    // Scopes of a lost device may be gone; the loss itself is reported.
    const scope = this.#device.popErrorScope().catch(() => undefined);
    const { messages } = await this.#monitor.guard(`compile kernel ${kernel}`, module.getCompilationInfo());
    await scope;
    const diagnostics = messages
      .filter(({ type }) => type === 'error')
      .map((message) => toDiagnostic(message, linked));
    if (diagnostics.length > 0) throw new ShaderError(`cannot compile kernel ${kernel}`, diagnostics);
    return module;
  }

  #layout(contract: KernelContract): GPUBindGroupLayout {
    const known = this.#layouts.get(contract);
    if (known !== undefined) return known;
    const { kernel, bindings, params } = contract;
    const layout = this.#monitor.scoped(`lay out the bindings of kernel ${kernel}`, () =>
      this.#device.createBindGroupLayout({
        label: kernel,
        entries: bindings.map(({ access, type }, binding) => ({
          binding,
          visibility: GPUShaderStage.COMPUTE,
          buffer: {
            type: BUFFER_TYPE_OF_ACCESS[access],
            ...(type === params?.name && { minBindingSize: params.sizeBytes }),
          },
        })),
      }),
    );
    this.#layouts.set(contract, layout);
    return layout;
  }
}

const BUFFER_TYPE_OF_ACCESS = {
  uniform: 'uniform',
  read: 'read-only-storage',
  read_write: 'storage',
} as const satisfies Record<BindingAccess, GPUBufferBindingType>;

/** Text that is equal exactly for specializations that compile to the same pipeline. */
export function specializationKey(
  kernel: string,
  { overrides, constants, alternatives }: Specialization,
): string {
  return JSON.stringify([kernel, ...[overrides, constants, alternatives].map(sortedEntries)]);
}

/** A specialization as people read it: `lstm_step{ROWS=8, trace=false}`. */
function describe(kernel: string, { overrides, constants }: Specialization): string {
  const values = [...sortedEntries(constants), ...sortedEntries(overrides)];
  return `${kernel}{${values.map(([name, value]) => `${name}=${String(value)}`).join(', ')}}`;
}

function sortedEntries(values: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(values).sort(([left], [right]) => (left < right ? -1 : 1));
}

/** What `make` gave for this key before; a failure is not remembered. */
function remember<T>(cache: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  cache.set(key, made);
  made.catch(() => cache.delete(key));
  return made;
}

function toDiagnostic({ message, lineNum }: GPUCompilationMessage, linked: LinkedShader): ShaderDiagnostic {
  return { location: linked.locate(lineNum), message };
}
