import { afterEach, beforeAll, expect } from 'vitest';
import { createNodeGpu } from '../../src/gpu/node-gpu';
import { describeWithAdapter } from './gpu';

/**
 * A suite on a device of the default adapter, with WebGPU's default limits. Any validation error that no error scope
 * caught fails the test that ran; a missing adapter fails the suite, unless the caller named the opt-out.
 *
 * @param body Defines the tests; the device is there once they run.
 */
export function describeOnGpu(name: string, body: (device: () => GPUDevice) => void): void {
  describeWithAdapter(name, () => {
    let device: GPUDevice;
    const uncaught: string[] = [];
    beforeAll(async () => {
      const adapter = await (await createNodeGpu()).requestAdapter();
      if (adapter === null) throw new Error('the adapter was listed and is now refused');
      device = await adapter.requestDevice();
      device.addEventListener('uncapturederror', ({ error }) => {
        uncaught.push(error.message);
      });
      return () => {
        device.destroy();
      };
    });
    afterEach(() => {
      expect(uncaught.splice(0), 'WebGPU errors that no error scope caught').toEqual([]);
    });
    body(() => device);
  });
}
