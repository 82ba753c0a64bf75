/** Counts the buffers of a device that were made and not destroyed. */
export interface LiveBuffers {
  readonly bytes: number;
  /** Leaves the device as it was. */
  stop(): void;
}

export function liveBuffers(device: GPUDevice): LiveBuffers {
  const live = new Set<GPUBuffer>();
  const createBuffer = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = createBuffer(descriptor);
    const destroy = buffer.destroy.bind(buffer);
    buffer.destroy = () => {
      live.delete(buffer);
      destroy();
    };
    live.add(buffer);
    return buffer;
  };
  return {
    get bytes() {
      return [...live].reduce((sum, { size }) => sum + size, 0);
    },
    stop() {
      Reflect.deleteProperty(device, 'createBuffer');
    },
  };
}
