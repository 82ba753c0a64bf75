import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Specialization } from '../../src/contract/kernel-contract';
import { kernelContract } from '../../src/contract/kernel-contract';
import { ShaderError } from '../../src/errors';
import { GpuContext } from '../../src/gpu';
import { createNodeGpu } from '../../src/gpu/node-gpu';
import { specializationKey } from '../../src/gpu/pipeline-cache';
import { describeWithAdapter } from '../support/gpu';
import { runScale, scale, SCALE_SHADERS, SPECIALIZATION } from './scale-kernel';

/** Every field of a specialization flipped alone, and what 0, 1, 2, 3 then become. */
const VARIANTS: readonly {
  readonly change: Partial<Specialization<typeof scale>>;
  readonly values: number[];
}[] = [
  { change: {}, values: [105, 115, 125, 135] },
  { change: { overrides: { offset: 6, negate: false } }, values: [106, 116, 126, 136] },
  { change: { overrides: { offset: 5, negate: true } }, values: [-105, -115, -125, -135] },
  { change: { constants: { STRIDE: 200 } }, values: [205, 215, 225, 235] },
  { change: { alternatives: { 'lib/weight.wgsl': 'lib/weight_twice.wgsl' } }, values: [110, 120, 130, 140] },
];

describeWithAdapter('pipeline cache', () => {
  let context: GpuContext;
  beforeAll(async () => {
    context = await GpuContext.create({ gpu: await createNodeGpu() }, SCALE_SHADERS);
  });
  afterAll(async () => {
    await context.settle();
    context.destroy();
  });

  it('has a key for every field', () => {
    const keys = VARIANTS.map(({ change }) => specializationKey('scale', { ...SPECIALIZATION, ...change }));
    keys.push(specializationKey('scale2', SPECIALIZATION));
    expect(new Set(keys).size).toBe(keys.length);
    const reordered = { ...SPECIALIZATION, overrides: { negate: false, offset: 5 } };
    expect(specializationKey('scale', reordered)).toBe(keys[0]);
  });

  it.each(['forward', 'backward'])(
    'compiles each variant once and never mixes them up, %s',
    async (order) => {
      const variants = order === 'forward' ? VARIANTS : VARIANTS.toReversed();
      for (const { change, values } of variants) {
        expect(await runScale(context, { ...SPECIALIZATION, ...change })).toEqual(values);
      }
      expect(context.compiledKernels).toBe(VARIANTS.length);
    },
  );

  it('gives callers that come at the same time the same kernel', async () => {
    const specialization = { ...SPECIALIZATION, constants: { STRIDE: 300 } };
    const [first, second] = await Promise.all([
      context.pipeline(scale, specialization),
      context.pipeline(scale, { ...specialization }),
    ]);
    expect(first).toBe(second);
  });

  it('points compile errors at the source line, and does not remember the failure', async () => {
    const alternatives = { 'lib/weight.wgsl': 'lib/weight_broken.wgsl' };
    const before = context.compiledKernels;
    for (let attempt = 0; attempt < 2; attempt++) {
      const error: unknown = await context
        .pipeline(scale, { ...SPECIALIZATION, alternatives })
        .catch((e: unknown) => e);
      expect(error).toBeInstanceOf(ShaderError);
      if (error instanceof ShaderError) {
        expect(error.diagnostics[0]?.location).toEqual({ file: 'lib/weight_broken.wgsl', line: 4 });
        expect(error.message).toMatch(/^cannot compile kernel scale: lib\/weight_broken.wgsl:4: /);
      }
    }
    expect(context.compiledKernels).toBe(before);
    expect(await runScale(context, SPECIALIZATION)).toEqual(VARIANTS[0]!.values);
  });

  it('names the kernel and its specialization when the pipeline is refused', async () => {
    const contract = kernelContract({ ...scale, overrides: { negate: 'bool' } });
    const broken = new Map([
      ...SCALE_SHADERS,
      [
        'kernels/scale.wgsl',
        SCALE_SHADERS.get('kernels/scale.wgsl')!.replace('workgroup_size(4)', 'workgroup_size(257)'),
      ],
    ]);
    const other = await GpuContext.create({ gpu: await createNodeGpu() }, broken);
    const refusal = other.pipeline(scale, SPECIALIZATION);
    await expect(refusal).rejects.toThrow(ShaderError);
    await expect(refusal).rejects.toThrow('scale{STRIDE=100, negate=false, offset=5}');
    other.destroy();
    await expect(
      context.pipeline(contract, { ...SPECIALIZATION, overrides: { negate: false } }),
    ).rejects.toThrow(ShaderError);
  });

  it('refuses a second contract of the same kernel, and a specialization that does not fit', async () => {
    await context.pipeline(scale, SPECIALIZATION);
    await expect(context.pipeline(kernelContract({ ...scale }), SPECIALIZATION)).rejects.toThrow(
      'kernel scale has two contracts',
    );
    const overrides = { offset: 1, negate: true, rows: 2 };
    const unknown: Specialization<typeof scale> = { ...SPECIALIZATION, overrides };
    await expect(context.pipeline(scale, unknown)).rejects.toThrow('rows');
  });

  it('links language directives of included files', async ({ skip }) => {
    skip(!context.capabilities.packedDot, 'this adapter has no dot4I8Packed');
    const sources = new Map([
      ...SCALE_SHADERS,
      [
        'lib/weight_packed.wgsl',
        'requires packed_4x8_integer_dot_product;\nfn weight(offset: i32) -> i32 {\n    return dot4I8Packed(u32(offset), 0x07u);\n}\n',
      ],
    ]);
    const other = await GpuContext.create({ gpu: await createNodeGpu() }, sources);
    const alternatives = { 'lib/weight.wgsl': 'lib/weight_packed.wgsl' };
    expect(await runScale(other, { ...SPECIALIZATION, alternatives })).toEqual([135, 145, 155, 165]);
    other.destroy();
  });
});
