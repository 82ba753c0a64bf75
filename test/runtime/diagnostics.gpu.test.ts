import { describe, expect, it } from 'vitest';
import { AdapterError, InputError } from '../../src/errors';
import { Model } from '../../src/runtime/model';
import type { LoadOptions } from '../../src/runtime/model';
import { describeOnDevice } from '../support/backends';
import { referenceSession } from '../support/gpu-session';
import { Random } from '../support/random';
import { FEATURES, twoLayers } from '../support/test-graphs';

describeOnDevice('diagnostics', (opened) => {
  it('name the adapter, the driver and the kernel paths', async () => {
    const model = await Model.fromGraph(twoLayers(), opened());
    const { backend, gpu } = await model.diagnostics();
    expect(backend).toBe('webgpu');
    const { adapter, packedDot, subgroups } = gpu!.capabilities;
    expect(`${adapter.device}${adapter.description}`).not.toBe('');
    expect(gpu!.dot).toBe(packedDot ? 'packed' : 'unpacked');
    expect(gpu!.rows).toBe((subgroups?.minSize ?? 0) >= 8 ? 'subgroup' : 'plain');
    expect(gpu!.lstm.map(({ activations }) => activations)).toEqual(['computed', 'computed']);
    const pathsOf = async (sizes: { batch?: number; timesteps?: number }): Promise<unknown> =>
      (await model.diagnostics(sizes)).gpu?.lstm.map(({ layer, path }) => `${layer} ${path}`);
    expect(await pathsOf({})).toEqual(['lstm_0 frame', 'lstm_1 frame']);
    expect(await pathsOf({ timesteps: 2 })).toEqual(['lstm_0 sequence', 'lstm_1 sequence']);
    const long = gpu!.rows === 'subgroup' ? 'resident' : 'sequence';
    expect(await pathsOf({ timesteps: 100 })).toEqual([`lstm_0 ${long}`, 'lstm_1 sequence']);
    expect(await pathsOf({ batch: 64, timesteps: 100 })).toEqual(['lstm_0 step', 'lstm_1 step']);
    model.dispose();
  });

  it('tell what the caller insists on, which computes the same', async () => {
    const model = await Model.fromGraph(twoLayers(), {
      ...opened(),
      kernels: { dot: 'unpacked', rows: 'plain', lstm: 'step', activations: 'computed' },
    });
    const { gpu } = await model.diagnostics();
    expect(gpu).toMatchObject({ dot: 'unpacked', rows: 'plain' });
    expect(gpu!.lstm).toEqual([
      { layer: 'lstm_0', path: 'step', activations: 'computed' },
      { layer: 'lstm_1', path: 'step', activations: 'computed' },
    ]);
    const input = new Random(40).int8(2 * 5 * FEATURES);
    const output = await model.createSession({ batch: 2 }).run(input);
    expect(output).toEqual(await referenceSession(twoLayers(), 2).run(input));
    model.dispose();
  });

  it('refuse kernels that the device lacks', async () => {
    const { gpu, device } = opened();
    const withoutPackedDot = {
      requestAdapter: gpu.requestAdapter.bind(gpu),
      wgslLanguageFeatures: new Set<string>(),
    } as unknown as GPU;
    const packed = Model.fromGraph(twoLayers(), {
      gpu: withoutPackedDot,
      device,
      kernels: { dot: 'packed' },
    });
    await expect(packed).rejects.toThrow(AdapterError);
    await expect(packed).rejects.toThrow(/this WebGPU has no dot4I8Packed .* or use 'unpacked'$/);
    const model = await Model.fromGraph(twoLayers(), { gpu: withoutPackedDot, device });
    expect((await model.diagnostics()).gpu?.dot).toBe('unpacked');

    const plainDevice = await (await gpu.requestAdapter())!.requestDevice();
    const sharing = Model.fromGraph(twoLayers(), { gpu, device: plainDevice, kernels: { rows: 'subgroup' } });
    await expect(sharing).rejects.toThrow(AdapterError);
    await expect(sharing).rejects.toThrow(/this device has no subgroups, .* or use 'plain'$/);
    plainDevice.destroy();
  });
});

describe('load options', () => {
  it('are checked', async () => {
    const unknown: [LoadOptions, string][] = [
      [{ backend: 'gpu' as 'webgpu' }, `option backend is "gpu"; 'webgpu' or 'reference' is expected`],
      [{ check: 'always' as 'every' }, `option check is "always"; 'off' or 'sample' or 'every' is expected`],
      [{ kernels: { dot: 'fast' as 'packed' } }, `option kernels.dot is "fast"`],
      [{ kernels: { rows: 'fast' as 'plain' } }, `option kernels.rows is "fast"`],
      [{ kernels: { lstm: 'fast' as 'step' } }, `option kernels.lstm is "fast"`],
    ];
    for (const [options, message] of unknown) {
      const loading = Model.fromGraph(twoLayers(), options);
      await expect(loading).rejects.toThrow(InputError);
      await expect(loading).rejects.toThrow(message);
    }
  });

  it('need WebGPU unless the backend is the reference, which needs nothing', async () => {
    await expect(Model.fromGraph(twoLayers())).rejects.toThrow(/^there is no WebGPU here .* 'reference'$/);
    const model = await Model.fromGraph(twoLayers(), { backend: 'reference' });
    expect(await model.diagnostics()).toEqual({ backend: 'reference', gpu: null });
    expect(await model.capabilities()).toBeNull();
  });
});
