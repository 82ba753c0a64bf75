/** What some calls put a device to. */
export interface GpuWork {
  readonly submissions: number;
  readonly dispatches: number;
  /** From the beginning to the end of each compute pass, summed; null where the device has no timestamps. */
  readonly gpuMs: number | null;
}

/** Timestamps of a query set, at most; two are needed per compute pass. */
const MOST_TIMESTAMPS = 4096;
const TIMESTAMP_BYTES = 8;

/**
 * Looks at what calls do with a device. While it looks, the device's methods are shadowed by ones that count and put
 * timestamps at the edges of compute passes, which costs time: calls that are timed from outside are other ones.
 */
export class GpuProbe {
  readonly #device: GPUDevice;
  readonly #timestamps: GPUQuerySet | null;
  /** Bits that are set in any timestamp so far. */
  #bits = 0n;

  constructor(device: GPUDevice) {
    this.#device = device;
    this.#timestamps = device.features.has('timestamp-query')
      ? device.createQuerySet({ type: 'timestamp', count: MOST_TIMESTAMPS })
      : null;
  }

  /**
   * Step of the device's timestamps, as far as those seen tell: the largest power of two that divides them all. Dawn rounds
   * to 2^16 ns (65.5 us) unless told otherwise, against programs that would spy by timing. Null before the first one.
   */
  get quantumMs(): number | null {
    if (this.#bits === 0n) return null;
    return Number(this.#bits & -this.#bits) / 1e6;
  }

  /** Runs `calls`, which must leave no work behind on the device. */
  async watch(calls: () => Promise<void>): Promise<GpuWork> {
    const device = this.#device;
    let [submissions, dispatches, passes] = [0, 0, 0];
    const timestampWrites = (): { timestampWrites?: GPUComputePassTimestampWrites } => {
      const first = 2 * passes++;
      const querySet = this.#timestamps;
      if (querySet === null || first + 2 > MOST_TIMESTAMPS) return {};
      return {
        timestampWrites: { querySet, beginningOfPassWriteIndex: first, endOfPassWriteIndex: first + 1 },
      };
    };
    const createEncoder = device.createCommandEncoder.bind(device);
    device.createCommandEncoder = (descriptor) => {
      const encoder = createEncoder(descriptor);
      const beginPass = encoder.beginComputePass.bind(encoder);
      encoder.beginComputePass = (passDescriptor) => {
        const pass = beginPass({ ...passDescriptor, ...timestampWrites() });
        const dispatch = pass.dispatchWorkgroups.bind(pass);
        pass.dispatchWorkgroups = (...workgroups) => {
          dispatches++;
          dispatch(...workgroups);
        };
        return pass;
      };
      return encoder;
    };
    const { queue } = device;
    const submit = queue.submit.bind(queue);
    queue.submit = (buffers) => {
      submissions++;
      submit(buffers);
    };
    try {
      await calls();
    } finally {
      Reflect.deleteProperty(device, 'createCommandEncoder');
      Reflect.deleteProperty(queue, 'submit');
    }
    const complete = 2 * passes <= MOST_TIMESTAMPS;
    return { submissions, dispatches, gpuMs: complete ? await this.#passTime(passes) : null };
  }

  dispose(): void {
    this.#timestamps?.destroy();
  }

  async #passTime(passes: number): Promise<number | null> {
    if (this.#timestamps === null || passes === 0) return null;
    const device = this.#device;
    const size = 2 * passes * TIMESTAMP_BYTES;
    const resolved = device.createBuffer({
      size,
      usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
    });
    const readback = device.createBuffer({ size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
    const encoder = device.createCommandEncoder();
    encoder.resolveQuerySet(this.#timestamps, 0, 2 * passes, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, readback, 0, size);
    device.queue.submit([encoder.finish()]);
    await readback.mapAsync(GPUMapMode.READ);
    const stamps = [...new BigUint64Array(readback.getMappedRange())];
    resolved.destroy();
    readback.destroy();
    let total = 0n;
    stamps.forEach((stamp, index) => {
      this.#bits |= stamp;
      total += index % 2 === 0 ? -stamp : stamp;
    });
    return Number(total) / 1e6;
  }
}
