import { describe, expect, it } from 'vitest';
import { ShaderError } from '../../src/errors';
import type { LinkOptions } from '../../src/gpu/shader-linker';
import { linkShader } from '../../src/gpu/shader-linker';

function link(files: Record<string, string>, options: Partial<LinkOptions> = {}) {
  return linkShader('main', new Map(Object.entries(files)), { constants: {}, alternatives: {}, ...options });
}

function linkError(files: Record<string, string>, options: Partial<LinkOptions> = {}): ShaderError {
  try {
    link(files, options);
  } catch (error) {
    if (error instanceof ShaderError) return error;
    throw error;
  }
  throw new Error('it links');
}

describe('linkShader', () => {
  it('expands includes depth first, each once', () => {
    const { code } = link({
      'kernels/main.wgsl': '//#include "lib/a.wgsl"\n//#include "lib/b.wgsl"\nfn main() {}\n',
      'lib/a.wgsl': '//#include "lib/c.wgsl"\nfn a() {}\n',
      'lib/b.wgsl': '//#include "lib/c.wgsl"\n//#include "lib/a.wgsl"\nfn b() {}',
      'lib/c.wgsl': 'fn c() {}\r\n',
    });
    expect(code).toBe('fn c() {}\nfn a() {}\nfn b() {}\nfn main() {}\n');
  });

  it('sends a path to its alternative, also where no file has the path', () => {
    const files = {
      'kernels/main.wgsl': '//#include "lib/dot4.wgsl"\n//#include "lib/dot4_packed.wgsl"\nfn main() {}',
      'lib/dot4_packed.wgsl': 'fn packed() {}',
      'lib/dot4_unpacked.wgsl': 'fn unpacked() {}',
    };
    const packed = link(files, {
      alternatives: { 'lib/dot4.wgsl': 'lib/dot4_packed.wgsl', 'lib/x.wgsl': 'lib/y.wgsl' },
    });
    expect(packed.code).toBe('fn packed() {}\nfn main() {}\n');
    const both = link(files, { alternatives: { 'lib/dot4.wgsl': 'lib/dot4_unpacked.wgsl' } });
    expect(both.code).toBe('fn unpacked() {}\nfn packed() {}\nfn main() {}\n');
    expect(linkError(files).message).toBe(
      'cannot link kernels/main.wgsl: kernels/main.wgsl:1: there is no shader file lib/dot4.wgsl',
    );
  });

  it('defines constants once, where they are first asked for', () => {
    const { code } = link(
      {
        'kernels/main.wgsl': '//#include "lib/a.wgsl"\n//#constant ROWS\n//#constant SLOTS\nfn main() {}',
        'lib/a.wgsl': '//#constant ROWS\nfn a() {}',
      },
      { constants: { SLOTS: 3, ROWS: 8 } },
    );
    expect(code).toBe('const ROWS = 8u;\nfn a() {}\nconst SLOTS = 3u;\nfn main() {}\n');
  });

  it('hoists directives, each once, and still knows where every line comes from', () => {
    const { code, locate } = link(
      {
        'kernels/main.wgsl':
          'enable subgroups; // wide\n//#include "lib/a.wgsl"\n//#constant ROWS\nfn main() {}',
        'lib/a.wgsl': '// a\nrequires packed_4x8_integer_dot_product;\nenable subgroups; // wide\nfn a() {}',
      },
      { constants: { ROWS: 8 } },
    );
    expect(code.split('\n')).toEqual([
      'enable subgroups; // wide',
      'requires packed_4x8_integer_dot_product;',
      '// a',
      'fn a() {}',
      'const ROWS = 8u;',
      'fn main() {}',
      '',
    ]);
    expect([1, 2, 3, 4, 5, 6].map((line) => locate(line))).toEqual([
      { file: 'kernels/main.wgsl', line: 1 },
      { file: 'lib/a.wgsl', line: 2 },
      { file: 'lib/a.wgsl', line: 1 },
      { file: 'lib/a.wgsl', line: 4 },
      { file: 'kernels/main.wgsl', line: 3 },
      { file: 'kernels/main.wgsl', line: 4 },
    ]);
    expect([locate(0), locate(7)]).toEqual([null, null]);
  });

  it('names file and line of a cycle', () => {
    const error = linkError({
      'kernels/main.wgsl': '//#include "lib/a.wgsl"',
      'lib/a.wgsl': '// a\n//#include "lib/b.wgsl"',
      'lib/b.wgsl': '//#include "lib/a.wgsl"',
    });
    expect(error.diagnostics).toEqual([
      {
        location: { file: 'lib/b.wgsl', line: 1 },
        message: 'include cycle: lib/a.wgsl -> lib/b.wgsl -> lib/a.wgsl',
      },
    ]);
  });

  it.each<[string, Record<string, number>, string]>([
    [
      '// x\n//#include "lib/nowhere.wgsl"',
      {},
      'kernels/main.wgsl:2: there is no shader file lib/nowhere.wgsl',
    ],
    ['//#include <lib/a.wgsl>', {}, 'kernels/main.wgsl:1: unknown linker line //#include <lib/a.wgsl>'],
    ['//#define ROWS', {}, 'kernels/main.wgsl:1: unknown linker line //#define ROWS'],
    [
      '//#constant ROWS',
      { SLOTS: 1 },
      'kernels/main.wgsl:1: the constant ROWS has no value; given are: SLOTS',
    ],
    ['//#constant ROWS', {}, 'the constant ROWS has no value; given are: none'],
    ['fn main() {}', { SLOTS: 1 }, 'kernels/main.wgsl:1: no module asks for the constant SLOTS'],
    ['//#constant constructor', {}, 'the constant constructor has no value'],
  ])('refuses %j with constants %j', (text, constants, message) => {
    expect(linkError({ 'kernels/main.wgsl': text }, { constants }).message).toContain(message);
  });

  it('refuses a kernel that does not exist', () => {
    expect(linkError({}).message).toContain('there is no shader file kernels/main.wgsl');
  });
});
