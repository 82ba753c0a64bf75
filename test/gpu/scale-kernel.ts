import type { Specialization } from '../../src/contract/kernel-contract';
import { kernelContract } from '../../src/contract/kernel-contract';
import { packStruct, struct } from '../../src/contract/struct-layout';
import type { BoundKernel, ComputeKernel, GpuBuffer, GpuContext } from '../../src/gpu';

/** A kernel small enough to compute by hand: target = source * factor + weight(offset) + STRIDE, weight by alternative. */
export const SCALE_SHADERS = new Map([
  [
    'kernels/scale.wgsl',
    `//#include "lib/weight.wgsl"
//#constant STRIDE

struct ScaleParams {
    factor: i32,
}

@group(0) @binding(0) var<uniform> params: ScaleParams;
@group(0) @binding(1) var<storage, read> source: array<i32>;
@group(0) @binding(2) var<storage, read_write> target_values: array<i32>;

override offset: i32;
override negate: bool;

@compute @workgroup_size(4)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let value = source[id.x] * params.factor + weight(offset) + i32(STRIDE);
    target_values[id.x] = select(value, -value, negate);
}
`,
  ],
  ['lib/weight_once.wgsl', 'fn weight(offset: i32) -> i32 {\n    return offset;\n}\n'],
  ['lib/weight_twice.wgsl', 'fn weight(offset: i32) -> i32 {\n    return 2 * offset;\n}\n'],
  [
    'lib/weight_broken.wgsl',
    '// A comment.\nrequires pointer_composite_access;\nfn weight(offset: i32) -> i32 {\n    return offset + true;\n}\n',
  ],
]);

const scaleParams = struct('ScaleParams', { factor: 'i32' });

export const scale = kernelContract({
  kernel: 'scale',
  bindings: [
    { name: 'params', access: 'uniform', type: 'ScaleParams' },
    { name: 'source', access: 'read', type: 'array<i32>' },
    { name: 'target_values', access: 'read_write', type: 'array<i32>' },
  ],
  overrides: { offset: 'i32', negate: 'bool' },
  constants: ['STRIDE'],
  params: scaleParams,
});

export const SPECIALIZATION = {
  overrides: { offset: 5, negate: false },
  constants: { STRIDE: 100 },
  alternatives: { 'lib/weight.wgsl': 'lib/weight_once.wgsl' },
} satisfies Specialization<typeof scale>;

export interface ScaleBuffers {
  readonly params: GpuBuffer<'uniform'>;
  readonly source: GpuBuffer<'storage'>;
  readonly target: GpuBuffer<'storage'>;
}

/** Four values 0, 1, 2, 3 to be multiplied by `factor`. */
export function createScaleBuffers(context: GpuContext, factor = 10): ScaleBuffers {
  const data = packStruct(scaleParams, { factor });
  return {
    params: context.createBuffer({ label: 'scale.params', use: 'uniform', sizeBytes: data.byteLength, data }),
    source: context.createBuffer({
      label: 'scale.source',
      use: 'storage',
      sizeBytes: 16,
      data: Int32Array.of(0, 1, 2, 3),
    }),
    target: context.createBuffer({ label: 'scale.target', use: 'storage', sizeBytes: 16 }),
  };
}

export function bindScale(kernel: ComputeKernel<typeof scale>, buffers: ScaleBuffers): BoundKernel {
  return kernel.bind({ params: buffers.params, source: buffers.source, target_values: buffers.target });
}

/** Runs one specialization on fresh buffers. */
export async function runScale(
  context: GpuContext,
  specialization: Specialization<typeof scale>,
): Promise<number[]> {
  const buffers = createScaleBuffers(context);
  const bound = bindScale(await context.pipeline(scale, specialization), buffers);
  const recorder = context.record('scale');
  recorder.dispatch(bound, 1);
  const values = await readInts(recorder.submitAndRead([whole(buffers.target)]));
  for (const buffer of [buffers.params, buffers.source, buffers.target]) buffer.destroy();
  return values;
}

export function whole(buffer: GpuBuffer<'storage'>) {
  return { buffer, offsetBytes: 0, sizeBytes: buffer.sizeBytes };
}

export async function readInts(bytes: Promise<Uint8Array<ArrayBuffer>[]>): Promise<number[]> {
  return (await bytes).flatMap((part) => [...new Int32Array(part.buffer)]);
}
