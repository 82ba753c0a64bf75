/** What a GPU can do, as far as a plan's time depends on it. */
export interface GpuProfile {
  /** As the command line names it. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** Packed int8 dot products from registers, all compute units together. */
  readonly dotGmacPerSecond: number;
  /** Loads that hit the last cache before memory. */
  readonly cacheGbPerSecond: number;
  /** Size of that cache. */
  readonly cacheBytes: number;
  /** Reading what is in no cache. */
  readonly memoryGbPerSecond: number;
  /** Parts that run workgroups on their own: SMs, cores, EUs by the eight, processors. */
  readonly computeUnits: number;
  /** A dispatch that waits for the one before it. */
  readonly dependentDispatchUs: number;
  /** A submission with its readback. */
  readonly submitUs: number;
  /** Barriers and the chain of activations of one timestep inside a workgroup that runs a whole sequence. */
  readonly timestepUs: number;
  /** Where the figures come from. */
  readonly source: string;
}

const MIB = 2 ** 20;
const ASSUMED =
  'Assumed, for want of measurements: costs of dispatches, submissions and timesteps, and the bandwidth of caches where no figure is named.';

/**
 * Published figures of a few GPUs. The rate of packed dot products is derived: NVIDIA's cores issue 64 per clock and
 * multiprocessor, half their rate of f32 multiply-adds, each of 4 products, so that GMAC/s equal the published f32 GFLOP/s.
 */
export const PROFILES: readonly GpuProfile[] = [
  {
    name: 'h100',
    title: 'NVIDIA H100 SXM',
    dotGmacPerSecond: 67_000,
    cacheGbPerSecond: 5500,
    cacheBytes: 50 * MIB,
    memoryGbPerSecond: 3350,
    computeUnits: 132,
    dependentDispatchUs: 4,
    submitUs: 60,
    timestepUs: 1,
    source:
      'NVIDIA H100 datasheet: 67 TFLOP/s f32, 3.35 TB/s, 50 MB L2, 132 SMs; L2 bandwidth as microbenchmarks find it. Tensor cores ' +
      `are out of WGSL's reach. ${ASSUMED}`,
  },
  {
    name: 'rtx-4060-laptop',
    title: 'NVIDIA GeForce RTX 4060 Laptop',
    dotGmacPerSecond: 11_600,
    cacheGbPerSecond: 1500,
    cacheBytes: 32 * MIB,
    memoryGbPerSecond: 256,
    computeUnits: 24,
    dependentDispatchUs: 5,
    submitUs: 100,
    timestepUs: 1,
    source: `Published: 3072 cores in 24 SMs, 11.6 TFLOP/s f32 at 1.89 GHz, 256 GB/s, 32 MB L2. ${ASSUMED}`,
  },
  {
    name: 'iris-xe',
    title: 'Intel Iris Xe, 96 EUs',
    dotGmacPerSecond: 4000,
    cacheGbPerSecond: 250,
    cacheBytes: 3.8 * MIB,
    memoryGbPerSecond: 68,
    computeUnits: 12,
    dependentDispatchUs: 8,
    submitUs: 150,
    timestepUs: 2,
    source:
      'Published: 96 EUs of 8 lanes at 1.3 GHz with DP4A, LPDDR4X-4266 at 68 GB/s, 3.8 MB L3; one DP4A per lane and clock. ' +
      ASSUMED,
  },
  {
    name: 'apple-m2',
    title: 'Apple M2, 10 cores',
    dotGmacPerSecond: 600,
    cacheGbPerSecond: 400,
    cacheBytes: 8 * MIB,
    memoryGbPerSecond: 100,
    computeUnits: 10,
    dependentDispatchUs: 5,
    submitUs: 150,
    timestepUs: 2,
    source:
      'Published: 3.6 TFLOP/s f32, 100 GB/s. Metal has no packed dot product: about 12 instructions stand for one of 4 ' +
      `products, at 1.8 T/s. ${ASSUMED}`,
  },
  {
    name: 'adreno-740',
    title: 'Qualcomm Adreno 740 (Snapdragon 8 Gen 2)',
    dotGmacPerSecond: 3400,
    cacheGbPerSecond: 150,
    cacheBytes: 3 * MIB,
    memoryGbPerSecond: 67,
    computeUnits: 12,
    dependentDispatchUs: 20,
    submitUs: 300,
    timestepUs: 4,
    source:
      'Published: LPDDR5X-4200 at 67 GB/s; about 3.4 TFLOP/s f32, and packed dot products at half the rate of multiply-adds are ' +
      `assumed. ${ASSUMED}`,
  },
  {
    name: 'mali-g715',
    title: 'Arm Mali-G715, 7 cores (Tensor G3)',
    dotGmacPerSecond: 1600,
    cacheGbPerSecond: 100,
    cacheBytes: 2 * MIB,
    memoryGbPerSecond: 51,
    computeUnits: 7,
    dependentDispatchUs: 25,
    submitUs: 400,
    timestepUs: 4,
    source:
      'Published: 7 cores of 128 f32 multiply-adds per clock at 0.89 GHz, with packed dot products; LPDDR5 at 51 GB/s; half the rate ' +
      `of multiply-adds is assumed. ${ASSUMED}`,
  },
];
