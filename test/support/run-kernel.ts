import { expect } from 'vitest';
import type { KernelContract, Specialization } from '../../src/contract/kernel-contract';
import { overrideConstants } from '../../src/contract/kernel-contract';
import type { Workgroups } from '../../src/contract/dispatch';
import { linkShader } from '../../src/gpu/shader-linker';
import { checkSpecialization } from './check-contract';
import { shaderSources } from './shader-sources';

/** Words after each written buffer that a kernel must leave alone. */
const CANARY = 0xc0ffee42;
const CANARY_WORDS = 64;

/** Implementations that run on every device. */
const PLAINEST = {
  'lib/dot4.wgsl': 'lib/dot4_unpacked.wgsl',
  'lib/row_tile_product.wgsl': 'lib/row_tile_product_plain.wgsl',
  'lib/neighbour_words.wgsl': 'lib/neighbour_words_plain.wgsl',
};

export interface KernelRun<C extends KernelContract = KernelContract> {
  readonly contract: C;
  readonly constants?: Readonly<Record<C['constants'][number], number>>;
  readonly overrides?: Specialization['overrides'];
  readonly alternatives?: Readonly<Record<string, string>>;
  /** Bytes of every binding by name, a written one's contents before the dispatch included. */
  readonly buffers: Readonly<Record<string, ArrayBuffer | ArrayBufferView>>;
  readonly workgroups: Workgroups;
}

/**
 * Runs one dispatch of a kernel alone and returns the words of each buffer that it may write. Fails if it wrote past
 * the end of one.
 */
export async function runKernel<const C extends KernelContract>(
  device: GPUDevice,
  run: KernelRun<C>,
): Promise<Record<string, Uint32Array<ArrayBuffer>>> {
  const { contract, buffers: contents, workgroups } = run;
  const specialization = {
    overrides: run.overrides ?? {},
    constants: run.constants ?? {},
    alternatives: { ...PLAINEST, ...run.alternatives },
  };
  checkSpecialization(contract, specialization);
  const { code } = linkShader(contract.kernel, shaderSources, specialization);
  const layout = device.createBindGroupLayout({
    entries: contract.bindings.map(({ access }, binding) => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: {
        type: access === 'uniform' ? 'uniform' : access === 'read' ? 'read-only-storage' : 'storage',
      },
    })),
  });
  const pipeline = await device.createComputePipelineAsync({
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module: device.createShaderModule({ code }), constants: overrideConstants(specialization) },
  });
  const usage =
    GPUBufferUsage.STORAGE | GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const buffers = contract.bindings.map(({ name, access }) => {
    const bytes = bytesOf(contents[name]);
    const canaryBytes = access === 'read_write' ? 4 * CANARY_WORDS : 0;
    const buffer = device.createBuffer({ size: Math.max(16, bytes.byteLength) + canaryBytes, usage });
    device.queue.writeBuffer(buffer, 0, bytes);
    if (canaryBytes > 0) {
      device.queue.writeBuffer(buffer, bytes.byteLength, new Uint32Array(CANARY_WORDS).fill(CANARY));
    }
    return { name, access, buffer, byteLength: bytes.byteLength };
  });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    device.createBindGroup({
      layout,
      entries: buffers.map(({ buffer }, binding) => ({ binding, resource: { buffer } })),
    }),
  );
  pass.dispatchWorkgroups(...workgroups);
  pass.end();
  const written = buffers.filter(({ access }) => access === 'read_write');
  const copies = written.map((source) => {
    const size = source.byteLength + 4 * CANARY_WORDS;
    const copy = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    encoder.copyBufferToBuffer(source.buffer, 0, copy, 0, size);
    return { ...source, copy };
  });
  device.queue.submit([encoder.finish()]);
  const results: Record<string, Uint32Array<ArrayBuffer>> = {};
  for (const { name, byteLength, copy } of copies) {
    await copy.mapAsync(GPUMapMode.READ);
    const words = new Uint32Array(copy.getMappedRange().slice(0));
    const canary = words.subarray(byteLength / 4);
    expect(
      canary.every((word) => word === CANARY),
      `${contract.kernel} wrote past the end of ${name}`,
    ).toBe(true);
    results[name] = words.slice(0, byteLength / 4);
    copy.destroy();
  }
  for (const { buffer } of buffers) buffer.destroy();
  return results;
}

function bytesOf(content: ArrayBuffer | ArrayBufferView | undefined): Uint8Array<ArrayBuffer> {
  if (content === undefined) throw new Error('a binding has no contents');
  return content instanceof ArrayBuffer
    ? new Uint8Array(content)
    : new Uint8Array(content.buffer as ArrayBuffer, content.byteOffset, content.byteLength);
}
