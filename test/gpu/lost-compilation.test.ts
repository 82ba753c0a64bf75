import { expect, test } from 'vitest';
import { GpuError } from '../../src/errors';
import { DeviceMonitor } from '../../src/gpu/device-monitor';
import { PipelineCache } from '../../src/gpu/pipeline-cache';
import { scale, SCALE_SHADERS, SPECIALIZATION } from './scale-kernel';

/** What a browser's device does once its process is gone: nothing that was asked of it is answered. */
function goneDevice(): GPUDevice {
  const gone = (): Promise<never> => Promise.reject(new Error('Instance dropped'));
  const device = {
    lost: new Promise(() => undefined),
    addEventListener: () => undefined,
    pushErrorScope: () => undefined,
    popErrorScope: gone,
    createShaderModule: () => ({ getCompilationInfo: gone }),
  };
  return device as unknown as GPUDevice;
}

test('a device that goes while a kernel compiles leaves no rejection behind that nobody hears of', async () => {
  const device = goneDevice();
  const cache = new PipelineCache(device, new DeviceMonitor(device, true), SCALE_SHADERS);
  const compiling = cache.get(scale, SPECIALIZATION);
  await expect(compiling).rejects.toThrow(GpuError);
});
