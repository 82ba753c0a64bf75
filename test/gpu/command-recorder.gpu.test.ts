import { afterAll, beforeAll, expect, it } from 'vitest';
import { GpuError, LimitError } from '../../src/errors';
import type { ComputeKernel } from '../../src/gpu';
import { GpuContext } from '../../src/gpu';
import { createNodeGpu } from '../../src/gpu/node-gpu';
import { describeWithAdapter } from '../support/gpu';
import type { ScaleBuffers } from './scale-kernel';
import {
  bindScale,
  createScaleBuffers,
  readInts,
  scale,
  SCALE_SHADERS,
  SPECIALIZATION,
  whole,
} from './scale-kernel';

describeWithAdapter('command recorder', () => {
  let context: GpuContext;
  let kernel: ComputeKernel<typeof scale>;
  let buffers: ScaleBuffers;
  beforeAll(async () => {
    context = await GpuContext.create({ gpu: await createNodeGpu() }, SCALE_SHADERS);
    kernel = await context.pipeline(scale, SPECIALIZATION);
    buffers = createScaleBuffers(context);
  });
  afterAll(async () => {
    await context.settle();
    context.destroy();
  });

  it('runs dispatches and copies in order, in one submission with one readback', async () => {
    const before = context.counts;
    const { params, source, target } = buffers;
    const forth = bindScale(kernel, buffers);
    const back = kernel.bind({ params, source: target, target_values: source });
    const history = context.createBuffer({ label: 'history', use: 'storage', sizeBytes: 48 });
    const recorder = context.record('ping-pong');
    recorder.copy(whole(source), history);
    recorder.dispatch(forth, 1);
    recorder.dispatch(back, 1);
    recorder.copy(whole(source), history, 16);
    recorder.dispatch(forth, 1);
    recorder.copy(whole(target), history, 32);
    recorder.clear({ buffer: history, offsetBytes: 4, sizeBytes: 8 });
    const values = await readInts(
      recorder.submitAndRead([whole(history), { buffer: target, offsetBytes: 8, sizeBytes: 4 }]),
    );
    // prettier-ignore
    expect(values).toEqual([
      0, 0, 0, 3,
      1155, 1255, 1355, 1455,
      11655, 12655, 13655, 14655,
      13655,
    ]);
    expect(context.counts).toEqual({
      submissions: before.submissions + 1,
      dispatches: before.dispatches + 3,
      readbacks: before.readbacks + 1,
    });
    history.destroy();
  });

  it('records thousands of dispatches into one submission', async () => {
    const bound = bindScale(kernel, buffers);
    const recorder = context.record('many');
    for (let index = 0; index < 5000; index++) recorder.dispatch(bound, 1);
    expect(recorder.dispatches).toBe(5000);
    const before = context.counts.submissions;
    recorder.submit();
    await context.idle();
    expect(context.counts.submissions).toBe(before + 1);
  });

  it('takes 65,535 workgroups per dimension and names the kernel beyond', async () => {
    const bound = bindScale(kernel, buffers);
    const recorder = context.record('grid');
    recorder.dispatch(bound, 65_535);
    for (const [x, y, z] of [
      [65_536, 1, 1],
      [1, 65_536, 1],
      [1, 1, 65_536],
    ] as const) {
      const dispatch = () => {
        recorder.dispatch(bound, x, y, z);
      };
      expect(dispatch).toThrow(LimitError);
      expect(dispatch).toThrow('65536 workgroups of kernel scale: above');
    }
    recorder.submit();
    await context.settle();
  });

  it('submits once', async () => {
    const recorder = context.record('once');
    recorder.submit();
    expect(() => {
      recorder.submit();
    }).toThrow('once: a recorder submits once');
    const again = recorder.submitAndRead([whole(buffers.target)]);
    await expect(again).rejects.toThrow('once: a recorder submits once');
    expect(() => {
      recorder.dispatch(bindScale(kernel, buffers), 1);
    }).toThrow('once: a recorder submits once');
  });

  it('refuses bindings that WebGPU would refuse later and namelessly', () => {
    const { params, source, target } = buffers;
    const bind = (change: object) => () => kernel.bind({ params, source, target_values: target, ...change });
    expect(bind({ source: undefined })).toThrow('kernel scale: no buffer for binding source');
    expect(bind({ params: source })).toThrow(
      'buffer scale.source for binding params is a storage buffer, expected uniform',
    );
    expect(bind({ source: target })).toThrow(
      'buffer scale.target is written as target_values and also bound as source; use two buffers',
    );
    expect(bind({ source: { buffer: source, offsetBytes: 4, sizeBytes: 4 } })).toThrow(
      'expected a multiple of 256',
    );
    expect(bind({ source: { buffer: source, offsetBytes: 0, sizeBytes: 20 } })).toThrow(
      'ends at 20, but the buffer has 16',
    );
    const large = context.createBuffer({ label: 'large', use: 'storage', sizeBytes: 2 ** 27 + 4 });
    expect(bind({ source: large })).toThrow(
      '134217732 bytes of buffer large at binding source of kernel scale: above',
    );
    large.destroy();
  });

  it('binds parts of buffers', async () => {
    const { params, target } = buffers;
    const data = new Int32Array(68);
    data.set([7, 8, 9, 10], 64);
    const long = context.createBuffer({ label: 'long', use: 'storage', sizeBytes: data.byteLength, data });
    const bound = kernel.bind({
      params,
      source: { buffer: long, offsetBytes: 256, sizeBytes: 16 },
      target_values: target,
    });
    const recorder = context.record('part');
    recorder.dispatch(bound, 1);
    expect(await readInts(recorder.submitAndRead([whole(target)]))).toEqual([175, 185, 195, 205]);
    long.destroy();
  });

  it('reports at the wait what WebGPU finds wrong, and goes on', async () => {
    const { params, source, target } = createScaleBuffers(context);
    const bound = kernel.bind({ params, source, target_values: target });
    const recorder = context.record('use of a destroyed buffer');
    recorder.dispatch(bound, 1);
    source.destroy();
    const reading = recorder.submitAndRead([whole(target)]);
    await expect(reading).rejects.toThrow(GpuError);
    await expect(reading).rejects.toThrow(/cannot submit use of a destroyed buffer: .*scale\.source/);
    const next = context.record('next');
    next.dispatch(bindScale(kernel, buffers), 1);
    await expect(next.submitAndRead([whole(buffers.target)])).resolves.toHaveLength(1);
  });

  it('reuses staging buffers, and does not keep large ones', async () => {
    const read = (sizeBytes: number) => {
      const buffer = context.createBuffer({ label: 'result', use: 'storage', sizeBytes });
      return context
        .record('read')
        .submitAndRead([whole(buffer)])
        .finally(() => {
          buffer.destroy();
        });
    };
    await read(1000);
    const once = context.stagingBytes;
    await read(1024);
    expect(context.stagingBytes).toBe(once);
    await Promise.all([read(1000), read(1000)]);
    expect(context.stagingBytes).toBe(once + 1024);
    await read(40 * 1024 * 1024);
    expect(context.stagingBytes).toBe(once + 1024);
  });

  it('reads nothing back when nothing is asked for', async () => {
    await expect(context.record('nothing').submitAndRead([])).resolves.toEqual([]);
  });
});
