/** Models that a device is taken for before it makes way for a new one: on lavapipe each pipeline holds some megabytes. */
const MODELS_PER_DEVICE = 200;

/**
 * A device for many models. Loading a model compiles its kernels, which is most of a small case's time on software
 * drivers; but WebGPU implementations hand out an equal pipeline again while an earlier one is alive, so all of them are
 * kept alive here, up to a bound.
 */
export class SharedDevice {
  readonly #gpu: GPU;
  #device: GPUDevice | null = null;
  #models = 0;
  #pipelines: GPUComputePipeline[] = [];

  constructor(gpu: GPU) {
    this.#gpu = gpu;
  }

  /**
   * The device to load the next model on. Models that were loaded before must be disposed, as theirs may be destroyed.
   *
   * @throws Error if there is no adapter.
   */
  async take(): Promise<GPUDevice> {
    if (this.#device === null || this.#models === MODELS_PER_DEVICE) {
      this.#device?.destroy();
      this.#pipelines = [];
      this.#models = 0;
      this.#device = await this.#open();
    }
    this.#models += 1;
    return this.#device;
  }

  async #open(): Promise<GPUDevice> {
    const adapter = await this.#gpu.requestAdapter();
    if (adapter === null) throw new Error('WebGPU offers no adapter');
    const wanted: readonly GPUFeatureName[] = ['subgroups'];
    const requiredFeatures = wanted.filter((feature) => adapter.features.has(feature));
    const device = await adapter.requestDevice({ label: 'conformance', requiredFeatures });
    const create = device.createComputePipelineAsync.bind(device);
    device.createComputePipelineAsync = async (descriptor) => {
      const pipeline = await create(descriptor);
      this.#pipelines.push(pipeline);
      return pipeline;
    };
    return device;
  }
}
