import { expect, it } from 'vitest';
import { AdapterError, DeviceLostError, DisposedError, LimitError } from '../../src/errors';
import { DEFAULT_LIMITS, GpuContext } from '../../src/gpu';
import { createNodeGpu } from '../../src/gpu/node-gpu';
import { acquireTestGpu, describeWithAdapter } from '../support/gpu';
import {
  bindScale,
  createScaleBuffers,
  runScale,
  scale,
  SCALE_SHADERS,
  SPECIALIZATION,
  whole,
} from './scale-kernel';

async function openDevice(descriptor?: GPUDeviceDescriptor): Promise<{ gpu: GPU; device: GPUDevice }> {
  const gpu = await createNodeGpu();
  const adapter = await gpu.requestAdapter();
  if (adapter === null) throw new Error('the adapter was listed and is now refused');
  return { gpu, device: await adapter.requestDevice(descriptor) };
}

describeWithAdapter('GpuContext', () => {
  it('says what the adapter offers', async () => {
    const context = await acquireTestGpu();
    const { subgroups, adapter, packedDot, isFallbackAdapter } = context.capabilities;
    expect(typeof packedDot).toBe('boolean');
    expect(typeof isFallbackAdapter).toBe('boolean');
    expect(`${adapter.vendor}${adapter.device}${adapter.description}`).not.toBe('');
    if (subgroups !== null) {
      expect(subgroups.minSize).toBeGreaterThan(0);
      expect(subgroups.maxSize).toBeGreaterThanOrEqual(subgroups.minSize);
    }
    context.destroy();
  });

  it('states the limits that a device has by default', async () => {
    const { device } = await openDevice();
    const limits = Object.keys(DEFAULT_LIMITS).map((name) => [
      name,
      device.limits[name as keyof typeof DEFAULT_LIMITS],
    ]);
    expect(Object.fromEntries(limits)).toEqual(DEFAULT_LIMITS);
    device.destroy();
  });

  it('refuses to go on without an adapter or without a device', async () => {
    const none = { requestAdapter: () => Promise.resolve(null) } as unknown as GPU;
    await expect(GpuContext.create({ gpu: none })).rejects.toThrow(AdapterError);
    const broken = {
      requestAdapter: () =>
        Promise.resolve({
          features: new Set(),
          info: { description: 'a broken driver' },
          requestDevice: () => Promise.reject(new Error('no memory')),
        }),
    } as unknown as GPU;
    await expect(GpuContext.create({ gpu: broken })).rejects.toThrow(
      'the adapter a broken driver gives no device: no memory',
    );
  });

  it('refuses a device below the default limits, naming each', async () => {
    const { gpu, device } = await openDevice();
    const low = {
      limits: { ...DEFAULT_LIMITS, maxStorageBuffersPerShaderStage: 4, maxBufferSize: 1024 },
    } as unknown as GPUDevice;
    const open = () => GpuContext.fromDevice({ gpu, device: low });
    expect(open).toThrow(LimitError);
    expect(open).toThrow(
      'maxBufferSize is 1024, needed is 268435456; maxStorageBuffersPerShaderStage is 4, needed is 8',
    );
    device.destroy();
  });

  it("leaves a caller's device alive, and frees what it put there", async () => {
    const { gpu, device } = await openDevice();
    const context = GpuContext.fromDevice({ gpu, device }, SCALE_SHADERS);
    expect(await runScale(context, SPECIALIZATION)).toEqual([105, 115, 125, 135]);
    const buffer = context.createBuffer({ label: 'left', use: 'storage', sizeBytes: 16 });
    context.destroy();
    expect(() => buffer.handle).toThrow(DisposedError);
    const second = GpuContext.fromDevice({ gpu, device }, SCALE_SHADERS);
    expect(await runScale(second, SPECIALIZATION)).toEqual([105, 115, 125, 135]);
    second.destroy();
    device.destroy();
  });

  it('stays within default limits on a device that has more', async () => {
    const { gpu, device } = await openDevice({ requiredLimits: { maxBufferSize: 2 ** 28 + 4 } });
    const context = GpuContext.fromDevice({ gpu, device });
    expect(() => context.createBuffer({ label: 'big', use: 'storage', sizeBytes: 2 ** 28 + 4 })).toThrow(
      LimitError,
    );
    device.destroy();
  });

  it('turns the loss of the device into a typed error for everybody who waits, and for every later call', async () => {
    const { gpu, device } = await openDevice();
    const context = GpuContext.fromDevice({ gpu, device }, SCALE_SHADERS);
    const buffers = createScaleBuffers(context);
    const kernel = await context.pipeline(scale, SPECIALIZATION);
    const bound = bindScale(kernel, buffers);
    const recorder = context.record('lost');
    recorder.dispatch(bound, 1);
    const waits = [
      recorder.submitAndRead([whole(buffers.target)]),
      context.idle(),
      context.pipeline(scale, { ...SPECIALIZATION, constants: { STRIDE: 7 } }),
    ].map((wait) => wait.catch((error: unknown) => error));
    device.destroy();
    await expect(context.lost).resolves.toBeInstanceOf(DeviceLostError);
    for (const outcome of await Promise.all(waits)) expect(outcome).toBeInstanceOf(DeviceLostError);
    expect(() => context.record('late')).toThrow('the GPU device was lost (destroyed');
    expect(() => context.createBuffer({ label: 'late', use: 'storage', sizeBytes: 16 })).toThrow(
      DeviceLostError,
    );
    expect(() => bindScale(kernel, buffers)).toThrow(DeviceLostError);
    await expect(context.pipeline(scale, SPECIALIZATION)).rejects.toThrow(DeviceLostError);
    context.destroy();
  });

  it('throws DisposedError from everything after destroy, pending waits included', async () => {
    const context = await GpuContext.create({ gpu: await createNodeGpu() }, SCALE_SHADERS);
    const buffers = createScaleBuffers(context);
    const kernel = await context.pipeline(scale, SPECIALIZATION);
    const recorder = context.record('pending');
    recorder.dispatch(bindScale(kernel, buffers), 1);
    const reading = recorder.submitAndRead([whole(buffers.target)]).catch((error: unknown) => error);
    context.destroy();
    expect(await reading).toBeInstanceOf(DisposedError);
    expect(context.allocatedBytes).toBe(0);
    expect(context.stagingBytes).toBe(0);
    await expect(context.idle()).rejects.toThrow(DisposedError);
    await expect(context.pipeline(scale, SPECIALIZATION)).rejects.toThrow(DisposedError);
    expect(() => context.record('late')).toThrow(DisposedError);
  });
});
