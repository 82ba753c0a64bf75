/**
 * Opens a device for many models. Loading a model compiles its kernels, which is most of a small case's time on software
 * drivers; but WebGPU implementations hand out an equal pipeline again while an earlier one is alive, so all of them are
 * kept alive here.
 *
 * @throws Error if there is no adapter.
 */
export async function openSharedDevice(gpu: GPU): Promise<GPUDevice> {
  const adapter = await gpu.requestAdapter();
  if (adapter === null) throw new Error('WebGPU offers no adapter');
  const wanted: readonly GPUFeatureName[] = ['subgroups'];
  const requiredFeatures = wanted.filter((feature) => adapter.features.has(feature));
  const device = await adapter.requestDevice({ label: 'conformance', requiredFeatures });
  const pipelines: GPUComputePipeline[] = [];
  const create = device.createComputePipelineAsync.bind(device);
  device.createComputePipelineAsync = async (descriptor) => {
    const pipeline = await create(descriptor);
    pipelines.push(pipeline);
    return pipeline;
  };
  return device;
}
