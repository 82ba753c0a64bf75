import { afterEach, beforeAll, describe, expect } from 'vitest';
import { createNodeGpu, listNodeAdapters } from '../../src/gpu/node-gpu';

/** The one way to let a run pass without a GPU: its suites are then reported as skipped. */
const OPT_OUT = 'OCTOGATE_ALLOW_NO_GPU';

/**
 * A suite on a device of the default adapter, with WebGPU's default limits. Any validation error that no error scope
 * caught fails the test that ran; a missing adapter fails the suite, unless the caller named the opt-out.
 *
 * @param body Defines the tests; the device is there once they run.
 */
export function describeOnGpu(name: string, body: (device: () => GPUDevice) => void): void {
  describe(name, async () => {
    if (process.env[OPT_OUT] === '1' && (await listNodeAdapters()).length === 0) {
      describe.skip(`skipped: no adapter, and ${OPT_OUT}=1`, () => {
        body(() => {
          throw new Error('a skipped test has no device');
        });
      });
      return;
    }

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
