import { describe, expect, it } from 'vitest';
import { stripWgsl } from '../../scripts/build/strip-wgsl';
import { linkShader } from '../../src/gpu/shader-linker';
import { shaderSources } from '../../src/gpu/shader-sources';

describe('published shaders', () => {
  it('lose comments and indentation, and no line', () => {
    const source = '// Head.\n//#include "lib/tanh.wgsl"\nfn f() -> i32 { // why\n    return 1 / 2;\n}\n';
    expect(stripWgsl(source)).toBe('\n//#include "lib/tanh.wgsl"\nfn f() -> i32 {\nreturn 1 / 2;\n}\n');
  });

  it('link to the same statements, each on its own line', () => {
    const stripped = new Map([...shaderSources].map(([file, text]) => [file, stripWgsl(text)]));
    const options = { constants: {}, alternatives: {} };
    const statements = (code: string): string[] =>
      code.split('\n').map((line) => line.replace(/\/\/.*$/, '').trim());
    const plain = linkShader('move_words', shaderSources, { ...options, constants: { WORKGROUP: 64 } });
    const published = linkShader('move_words', stripped, { ...options, constants: { WORKGROUP: 64 } });
    expect(statements(published.code)).toEqual(statements(plain.code));
    expect(published.locate(20)).toEqual(plain.locate(20));
  });
});
