import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StructLayout } from '../../src/contract/struct-layout';
import { roundUp } from '../../src/contract/struct-layout';
import { loadShaders } from '../../src/gpu/shader-library';
import { linkShader } from '../../src/gpu/shader-linker';
import { checkContract } from '../support/check-contract';
import { shaderSources } from '../support/shader-sources';
import { loadContract, SHADER_ALTERNATIVES } from '../support/kernel-contracts';
import { reflectShader } from '../support/reflect-shader';
import { filesBelow, ROOT } from '../support/repository';

const stems = filesBelow('shaders/kernels', '.wgsl').map((file) => file.slice(0, -'.wgsl'.length));

/** `vec2<u32>` as wgsl_reflect spells it: `vec2u`. */
function reflectedType(type: string): string {
  return type.replace(/vec([234])<([iuf])32>/g, 'vec$1$2').replace(/^array<([^,]+)>$/, 'array<$1, 0>');
}

it('has no contract without a kernel', () => {
  const orphans = filesBelow('src/contract/kernels', '.ts').filter(
    (file) => !stems.includes(file.slice(0, -3)),
  );
  expect(orphans).toEqual([]);
});

describe.each(stems)('kernel %s', (stem) => {
  it('has a contract, a twin and a test', () => {
    const needed = [
      `src/contract/kernels/${stem}.ts`,
      `src/reference/${stem}.ts`,
      `test/kernels/${stem}.gpu.test.ts`,
    ];
    expect(needed.filter((path) => !existsSync(`${ROOT}${path}`))).toEqual([]);
  });

  it.each(SHADER_ALTERNATIVES)('is what its contract says, with %j', async (alternatives) => {
    const contract = await loadContract(stem);
    expect(contract.kernel).toBe(stem);
    checkContract(contract);
    // Any value does: reflection looks at declarations.
    const constants = Object.fromEntries(contract.constants.map((name) => [name, 8]));
    const { code } = linkShader(stem, shaderSources, { constants, alternatives });
    const loaded = linkShader(stem, await loadShaders(stem, alternatives), { constants, alternatives });
    expect(loaded.code, `GROUPS_OF_KERNEL.${stem} in src/gpu/shader-library.ts`).toBe(code);
    const reflection = reflectShader(code);

    const entryPoints = reflection.entry.compute.map(({ name }) => name);
    expect(entryPoints).toEqual(['main']);
    expect([...reflection.entry.vertex, ...reflection.entry.fragment]).toEqual([]);

    const variables = [...reflection.uniforms, ...reflection.storage].sort((a, b) => a.binding - b.binding);
    expect(
      variables.map(({ name, group, binding, type, access }) => ({
        group,
        binding,
        name,
        access: reflection.uniforms.some((uniform) => uniform.name === name) ? 'uniform' : access,
        type: type.getTypeName(),
      })),
    ).toEqual(
      contract.bindings.map(({ name, access, type }, binding) => ({
        group: 0,
        binding,
        name,
        access,
        type: reflectedType(type),
      })),
    );
    expect([...reflection.textures, ...reflection.samplers]).toEqual([]);

    const overrides = reflection.overrides.map(({ name, type }) => [name, type?.getTypeName()]);
    expect(Object.fromEntries(overrides)).toEqual(contract.overrides);

    if (contract.params !== null) expectSameStruct(reflection, contract.params);
  });
});

it('loads nothing of layer norm for a layer without', async () => {
  const constants = { ROWS: 1, SLOTS: 4, WORKGROUP: 64, CELLS: 1, ACTIVATION_WORDS: 16 };
  for (const plain of SHADER_ALTERNATIVES) {
    const alternatives = { ...plain, 'lib/row_moments.wgsl': 'lib/no_row_moments.wgsl' };
    const loaded = await loadShaders('lstm_sequence', alternatives);
    expect([...loaded.keys()]).not.toContain('lib/layer_norm.wgsl');
    const { code } = linkShader('lstm_sequence', shaderSources, { constants, alternatives });
    expect(linkShader('lstm_sequence', loaded, { constants, alternatives }).code).toBe(code);
  }
});

/** The reflected struct has the layout's members at the layout's offsets, and so have the structs inside it. */
function expectSameStruct(reflection: ReturnType<typeof reflectShader>, layout: StructLayout): void {
  const struct = reflection.getStructInfo(layout.name);
  expect(struct, `struct ${layout.name} in WGSL`).not.toBeNull();
  expect(
    struct?.members.map(({ name, type, offset, size }) => ({ name, type: type.getTypeName(), offset, size })),
  ).toEqual(
    layout.members.map(({ wgslName, type, offsetBytes, sizeBytes }) => ({
      name: wgslName,
      type: reflectedMemberType(type),
      offset: offsetBytes,
      size: sizeBytes,
    })),
  );
  expect(roundUp(struct?.size ?? 0, 16)).toBe(layout.sizeBytes);
  for (const { type } of layout.members) {
    const nested = typeof type === 'object' && type.kind === 'array' ? type.element : type;
    if (typeof nested === 'object') expectSameStruct(reflection, nested);
  }
}

function reflectedMemberType(type: StructLayout['members'][number]['type']): string {
  if (typeof type === 'string') return reflectedType(type);
  if (type.kind === 'struct') return type.name;
  return `array<${reflectedMemberType(type.element)}, ${type.count}>`;
}
