/** What of a device and its driver decides which kernels run, and what diagnostics tell about it. */
export interface GpuCapabilities {
  /** WGSL has `dot4I8Packed`. Without it, kernels unpack bytes. */
  readonly packedDot: boolean;
  /** Invocations per subgroup, smallest and largest; null without the `subgroups` feature. */
  readonly subgroups: {
    /** Fewest invocations of a subgroup. */
    readonly minSize: number;
    /** Most invocations of a subgroup. */
    readonly maxSize: number;
  } | null;
  /** GPU time can be measured inside a command buffer. */
  readonly timestampQuery: boolean;
  /** The adapter runs shaders on the CPU. */
  readonly isFallbackAdapter: boolean;
  /** The browser's or driver's own words, each possibly empty. */
  readonly adapter: {
    /** `nvidia`, `mesa`. */
    readonly vendor: string;
    /** Family of devices: `ampere`. */
    readonly architecture: string;
    /** Identifier of the device. */
    readonly device: string;
    /** Device and driver for people. */
    readonly description: string;
  };
}

/** Optional features that the kernels can use, asked for wherever the adapter has them. */
export const WANTED_FEATURES: readonly GPUFeatureName[] = ['subgroups', 'timestamp-query'];

export function capabilitiesOf(gpu: GPU, device: GPUDevice): GpuCapabilities {
  const { vendor, architecture, device: name, description, isFallbackAdapter } = device.adapterInfo;
  return {
    packedDot: gpu.wgslLanguageFeatures.has('packed_4x8_integer_dot_product'),
    subgroups: subgroupSizes(device),
    timestampQuery: device.features.has('timestamp-query'),
    isFallbackAdapter,
    adapter: { vendor, architecture, device: name, description },
  };
}

function subgroupSizes({ features, adapterInfo }: GPUDevice): GpuCapabilities['subgroups'] {
  const { subgroupMinSize: minSize, subgroupMaxSize: maxSize } = adapterInfo;
  if (!features.has('subgroups') || minSize === undefined || maxSize === undefined) return null;
  return { minSize, maxSize };
}
