import { Octogate } from 'octogate';
import type { LoadOptions, Model } from 'octogate';
import { GpuAccess } from './gpu-access';

/** Where models run, in words for the page. */
export interface ExecutionStatus {
  readonly backend: 'webgpu' | 'reference';
  /** Adapter and driver; why there is none, on the reference. */
  readonly adapter: string;
  readonly isSoftware: boolean;
}

/** Loads models on WebGPU, or on the reference where there is none: the page says so in its head. */
export class Execution {
  readonly #access: GpuAccess | null;
  readonly status: ExecutionStatus;

  private constructor(access: GpuAccess | null, status: ExecutionStatus) {
    this.#access = access;
    this.status = status;
  }

  static async start(): Promise<Execution> {
    const { gpu } = navigator as { readonly gpu?: GPU };
    const adapter = (await gpu?.requestAdapter()) ?? null;
    if (gpu === undefined || adapter === null) {
      const reason = gpu === undefined ? 'this browser has no WebGPU' : 'WebGPU offers no adapter';
      return new Execution(null, { backend: 'reference', adapter: reason, isSoftware: true });
    }
    const { description, vendor, architecture, device } = adapter.info;
    const name = [description, [vendor, architecture, device].filter(Boolean).join(' ')].find(Boolean);
    return new Execution(new GpuAccess(gpu), {
      backend: 'webgpu',
      adapter: name ?? 'an adapter without a name',
      isSoftware: /swiftshader|llvmpipe|software/i.test(JSON.stringify([description, vendor, architecture])),
    });
  }

  load(bytes: Uint8Array | ArrayBuffer, options: LoadOptions = {}): Promise<Model> {
    return Octogate.load(bytes, { ...this.options, ...options });
  }

  get options(): LoadOptions {
    return this.#access === null ? { backend: 'reference' } : { backend: 'webgpu', gpu: this.#access.gpu };
  }

  /** Makes the next call find its device gone. */
  loseDevice(): void {
    this.#access?.loseDevices();
  }
}

/** How a model's LSTM layers run, for the page. */
export async function kernelPath(model: Model, sizes: { batch: number; timesteps: number }): Promise<string> {
  const { gpu } = await model.diagnostics(sizes);
  if (gpu === null) return 'integer reference on the CPU';
  const paths = [...new Set(gpu.lstm.map(({ path }) => path))].join(' + ');
  return `${paths || 'no LSTM'}, ${gpu.dot} dot products, ${gpu.rows === 'subgroup' ? 'rows shared by subgroups' : 'no subgroups'}`;
}
