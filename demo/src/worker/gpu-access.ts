/** A shader text that is replaced on its way to the device, to show what a wrong kernel looks like. */
export interface ShaderFault {
  readonly description: string;
  readonly find: string;
  readonly replaceBy: string;
}

/** WebGPU whose devices can be lost on purpose, or compile faulty shaders. */
export class GpuAccess {
  readonly gpu: GPU;
  readonly #devices = new Set<GPUDevice>();

  constructor(gpu: GPU, fault: ShaderFault | null = null) {
    this.gpu = {
      get wgslLanguageFeatures() {
        return gpu.wgslLanguageFeatures;
      },
      getPreferredCanvasFormat: () => gpu.getPreferredCanvasFormat(),
      requestAdapter: async (options?: GPURequestAdapterOptions) => {
        const adapter = await gpu.requestAdapter(options);
        return adapter === null ? null : this.#watch(adapter, fault);
      },
    } as GPU;
  }

  /** What a crashed driver looks like to the page. */
  loseDevices(): void {
    for (const device of this.#devices) device.destroy();
    this.#devices.clear();
  }

  #watch(adapter: GPUAdapter, fault: ShaderFault | null): GPUAdapter {
    return {
      features: adapter.features,
      limits: adapter.limits,
      info: adapter.info,
      requestDevice: async (descriptor?: GPUDeviceDescriptor) => {
        const device = await adapter.requestDevice(descriptor);
        this.#devices.add(device);
        if (fault !== null) injectFault(device, fault);
        return device;
      },
    } as GPUAdapter;
  }
}

function injectFault(device: GPUDevice, { find, replaceBy }: ShaderFault): void {
  const create = device.createShaderModule.bind(device);
  device.createShaderModule = (descriptor) =>
    create({ ...descriptor, code: descriptor.code.replace(find, replaceBy) });
}
