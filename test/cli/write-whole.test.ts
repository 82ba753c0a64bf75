import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type * as fs from 'node:fs/promises';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { InputError } from '../../src/errors';
import { requireFilePlace, writeWhole } from '../../src/cli/write-whole';
import { temporaryFolder } from './support/octogate';

// Places that pass every check and still cannot be taken need another owner, which a test has not.
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof fs>();
  return { ...real, rename: vi.fn(real.rename) };
});

const root = temporaryFolder();
let folder: string;
let tests = 0;
beforeEach(() => {
  folder = join(root, `${tests++}`);
  mkdirSync(folder);
});

const contents = (): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
const filesOf = (...names: string[]): { path: string; content: string }[] =>
  names.map((name) => ({ path: join(folder, name), content: `new ${name}` }));

describe('files that belong together', () => {
  it('are all there, in the place of what was, and nothing beside them', async () => {
    writeFileSync(join(folder, 'a'), 'old a');
    await writeWhole(filesOf('a', 'b'));
    expect(contents()).toEqual({ a: 'new a', b: 'new b' });
  });

  it('are all left out if one cannot be written', async () => {
    writeFileSync(join(folder, 'a'), 'old a');
    await expect(writeWhole(filesOf('a', 'long'.repeat(99)))).rejects.toThrow(InputError);
    await expect(writeWhole(filesOf('a', 'nowhere/b'))).rejects.toThrow(/nowhere: no such file or folder$/);
    expect(contents()).toEqual({ a: 'old a' });
  });

  it('are taken back if a later one cannot take its place', async () => {
    writeFileSync(join(folder, 'a'), 'old a');
    writeFileSync(join(folder, 'c'), 'old c');
    const denied = Object.assign(new Error('EACCES'), { code: 'EACCES' });
    const real = vi.mocked(rename).getMockImplementation()!;
    vi.mocked(rename).mockImplementation((from, to) =>
      String(from).endsWith('.part') && String(to).endsWith('c') ? Promise.reject(denied) : real(from, to),
    );
    try {
      await expect(writeWhole(filesOf('a', 'b', 'c'))).rejects.toThrow(/c: permission denied$/);
    } finally {
      vi.mocked(rename).mockImplementation(real);
    }
    expect(contents()).toEqual({ a: 'old a', c: 'old c' });
  });

  it('never take the place of a folder or a device', async () => {
    await expect(requireFilePlace(folder)).rejects.toThrow(/: a folder, where a file is to be written$/);
    await expect(requireFilePlace('/dev/null')).rejects.toThrow(
      '/dev/null: a device or pipe, where a file is to be written',
    );
    await expect(writeWhole([...filesOf('a'), { path: folder, content: '' }])).rejects.toThrow(InputError);
    expect(contents()).toEqual({});
  });
});
