import { beforeAll, expect, test } from 'vitest';
import { describeInBrowsers } from '../support/browser';
import { type LibraryServer, serveBuiltLibrary } from '../../scripts/browser/serve-library';

let server: LibraryServer;

beforeAll(async () => {
  server = await serveBuiltLibrary({
    '/numbers.bin': { type: 'application/octet-stream', body: Uint8Array.of(1, 2, 3) },
  });
  return () => server.close();
});

describeInBrowsers('a page on localhost', (openPage) => {
  test('has a WebGPU device that computes', async () => {
    const page = await openPage(server.origin);
    const product = await page.evaluate(async () => {
      const adapter = await navigator.gpu.requestAdapter();
      if (adapter === null) throw new Error('no adapter');
      const device = await adapter.requestDevice();
      const output = device.createBuffer({
        size: 4,
        usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC,
      });
      const readback = device.createBuffer({
        size: 4,
        usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
      });
      const code = `
        @group(0) @binding(0) var<storage, read_write> product: i32;
        @compute @workgroup_size(1) fn main() { product = dot4I8Packed(0x80ff0102u, 0x7f80ff01u); }`;
      const pipeline = device.createComputePipeline({
        layout: 'auto',
        compute: { module: device.createShaderModule({ code }) },
      });
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      const entries = [{ binding: 0, resource: { buffer: output } }];
      pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
      pass.dispatchWorkgroups(1);
      pass.end();
      encoder.copyBufferToBuffer(output, 0, readback, 0, 4);
      device.queue.submit([encoder.finish()]);
      await readback.mapAsync(GPUMapMode.READ);
      return new Int32Array(readback.getMappedRange())[0];
    });
    expect(product).toBe(-128 * 127 + -1 * -128 + 1 * -1 + 2 * 1);
  });

  test('loads the built library as a module', async () => {
    const page = await openPage(server.origin);
    const exported = await page.evaluate(
      `import('/dist/index.js').then((library) => Object.keys(library).length)`,
    );
    expect(exported).toBeGreaterThan(0);
  });

  test('gets what a test serves from memory', async () => {
    const page = await openPage(server.origin);
    const bytes = await page.evaluate(async () => [
      ...new Uint8Array(await (await fetch('/numbers.bin')).arrayBuffer()),
    ]);
    expect(bytes).toEqual([1, 2, 3]);
  });
});
