import { describe, expect, it } from 'vitest';
import { publishWgsl, readShaders, shortNames } from '../../scripts/build/publish-wgsl';
import { linkShader } from '../../src/gpu/shader-linker';
import { kernelContracts, SHADER_ALTERNATIVES } from '../support/kernel-contracts';
import { describeOnContext } from '../support/gpu';
import { createNodeGpu } from '../../src/gpu/node-gpu';
import { shaderSources } from '../support/shader-sources';

const names = shortNames(readShaders());
const published = new Map([...shaderSources].map(([file, text]) => [file, publishWgsl(text, names)]));

/** Words and signs, without comments and blanks. */
function tokens(text: string): string[] {
  const code = text.replace(/\/\/(?!#).*$/gm, '');
  return code.match(/\/\/#.*|@\w+|\w+|[^\s\w]/g) ?? [];
}

describe('published shaders', () => {
  it('lose comments, blanks and long names, and no line', () => {
    const source =
      '// Head.\n//#include "lib/tanh.wgsl"\nfn half(value: i32) -> i32 { // why\n    return value / 2;\n}\n';
    const short = shortNames(new Map([['a.wgsl', source]]));
    expect(publishWgsl(source, short)).toBe(
      '\n//#include "lib/tanh.wgsl"\nfn b(a:i32)->i32{\nreturn a/2;\n}\n',
    );
  });

  it('keep the names that the host or WGSL knows', () => {
    const source =
      '//#constant ROWS\noverride layer_norm: bool = false;\n@group(0) @binding(0) var<uniform> group: vec4<u32>;\nfn main() { let rgb = group.xyz; }\n';
    expect([...shortNames(new Map([['a.wgsl', source]])).keys()]).toEqual(['group']);
    expect(publishWgsl(source, new Map([['group', 'g']]))).toContain('@group(0)');
  });

  it('give every name one name of its own, that no shader had', () => {
    const words = new Set([...shaderSources.values()].flatMap(tokens));
    const given = [...names.values()];
    expect(new Set(given).size).toBe(given.length);
    expect(given.filter((name) => words.has(name))).toEqual([]);
  });

  it.each([...shaderSources.keys()])('%s has the same words but for names, each on its line', (file) => {
    const lines = (texts: ReadonlyMap<string, string>): string[] => texts.get(file)!.split('\n');
    const renamed = lines(shaderSources).map((line) =>
      tokens(line).map((token) => names.get(token) ?? token),
    );
    expect(lines(published).map(tokens)).toEqual(
      renamed.map((words, index) =>
        lines(shaderSources)[index]!.trimStart().startsWith('//#')
          ? tokens(lines(shaderSources)[index]!)
          : words,
      ),
    );
  });
});

describeOnContext('published shaders on a device', () => {
  it('compile', async () => {
    const adapter = await (await createNodeGpu()).requestAdapter();
    const requiredFeatures = (['subgroups'] as const).filter((feature) => adapter!.features.has(feature));
    const device = await adapter!.requestDevice({ requiredFeatures });
    const problems: string[] = [];
    for (const contract of await kernelContracts()) {
      const constants = Object.fromEntries(contract.constants.map((name) => [name, 8]));
      for (const alternatives of SHADER_ALTERNATIVES) {
        if (alternatives['lib/row_tile_product.wgsl'].includes('subgroup') && requiredFeatures.length === 0)
          continue;
        const { code } = linkShader(contract.kernel, published, { constants, alternatives });
        const { messages } = await device.createShaderModule({ code }).getCompilationInfo();
        problems.push(...messages.map(({ message }) => `${contract.kernel}: ${message}`));
      }
    }
    device.destroy();
    expect(problems).toEqual([]);
  });
});
