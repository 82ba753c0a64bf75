import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { WANTED_FEATURES } from '../../src/gpu/capabilities';
import { createNodeGpu } from '../../src/gpu/node-gpu';
import type { Graph } from '../../src/model';
import { Model } from '../../src/runtime/model';
import type { LoadOptions } from '../../src/runtime/model';
import { describeWithAdapter } from './gpu';

export type LoadGraph = (graph: Graph, options?: LoadOptions) => Promise<Model>;

/**
 * A suite that every backend has to pass: the reference, and WebGPU with each path of the recurrence.
 *
 * @param body defines the tests with what loads a model on the backend
 */
export function describeBackends(name: string, body: (load: LoadGraph) => void): void {
  describe(`${name}, on the reference`, () => {
    body((graph, options) => Model.fromGraph(graph, { ...options, backend: 'reference' }));
  });
  describeOnDevice(`${name}, on WebGPU`, (device) => {
    describe.each(['resident', 'sequence', 'step', 'frame'] as const)('%s', (lstm) => {
      body((graph, options) =>
        Model.fromGraph(graph, { ...device(), ...options, kernels: { ...options?.kernels, lstm } }),
      );
    });
  });
}

/**
 * A suite of models on one device, which compiles each kernel once. WebGPU errors that nobody was told about fail the test
 * that ran.
 *
 * @param body defines the tests; the device is there once they run.
 */
export function describeOnDevice(
  name: string,
  body: (device: () => { readonly gpu: GPU; readonly device: GPUDevice }) => void,
): void {
  describeWithAdapter(name, () => {
    let opened: { readonly gpu: GPU; readonly device: GPUDevice };
    const uncaught: string[] = [];
    beforeAll(async () => {
      const gpu = await createNodeGpu();
      const device = await requestTestDevice(gpu);
      device.addEventListener('uncapturederror', ({ error }) => {
        uncaught.push(error.message);
      });
      opened = { gpu, device };
    });
    afterEach(() => {
      expect(uncaught.splice(0), 'WebGPU errors that nobody was told about').toEqual([]);
    });
    afterAll(() => {
      opened.device.destroy();
    });
    body(() => opened);
  });
}

/** A device with the features that Octogate asks for itself. */
export async function requestTestDevice(gpu: GPU): Promise<GPUDevice> {
  const adapter = await gpu.requestAdapter();
  if (adapter === null) throw new Error('the adapter was listed and is now refused');
  return adapter.requestDevice({
    requiredFeatures: WANTED_FEATURES.filter((feature) => adapter.features.has(feature)),
  });
}

/** WebGPU whose devices can be got at from outside, in the order in which they were opened. */
export function recordDevices(gpu: GPU): { readonly gpu: GPU; readonly devices: readonly GPUDevice[] } {
  const devices: GPUDevice[] = [];
  const recording = {
    wgslLanguageFeatures: gpu.wgslLanguageFeatures,
    requestAdapter: async (options?: GPURequestAdapterOptions): Promise<unknown> => {
      const adapter = await gpu.requestAdapter(options);
      if (adapter === null) return null;
      return {
        features: adapter.features,
        limits: adapter.limits,
        info: adapter.info,
        requestDevice: async (descriptor?: GPUDeviceDescriptor): Promise<GPUDevice> => {
          const device = await adapter.requestDevice(descriptor);
          devices.push(device);
          return device;
        },
      };
    },
  };
  return { gpu: recording as unknown as GPU, devices };
}
