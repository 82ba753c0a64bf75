import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json';
import { buildIfStale } from '../../scripts/build-if-stale.mjs';
import { ROOT } from '../support/repository';

beforeAll(buildIfStale);

const ENTRIES = Object.entries(packageJson.exports);

/** Loads in an audio worklet only, where `test/package` does so. */
const WORKLET = './streaming/worklet';

/** Everything that a built module brings along when it is loaded: files of the package, and other packages. */
function staticGraph(file: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const text = readFileSync(path, 'utf8');
    for (const [, specifier] of text.matchAll(
      /^(?:import|export)\s(?:[^;'"]*?\sfrom\s)?["']([^"']+)["']/gm,
    )) {
      if (specifier!.startsWith('.')) visit(join(dirname(path), specifier!));
      else seen.add(specifier!);
    }
  };
  visit(file);
  return seen;
}

describe('the entry points of the package', () => {
  it.each(ENTRIES.filter(([name]) => name !== WORKLET))(
    '%s is built and can be loaded',
    async (_, { default: file }) => {
      const path = join(ROOT, file);
      const loaded = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
      expect(Object.keys(loaded).length).toBeGreaterThan(0);
    },
  );

  it('has all of an audio worklet in one file, which pages can serve from anywhere', () => {
    const path = join(ROOT, packageJson.exports[WORKLET].default);
    expect([...staticGraph(path)]).toEqual([path]);
  });

  it.each(ENTRIES)('%s has its types where they are said to be', (_, { types }) => {
    const source = types.replace('./dist/types/', 'src/').replace(/\.d\.ts$/, '.ts');
    expect(existsSync(join(ROOT, source)), source).toBe(true);
  });

  it('brings neither importers of other formats nor the quantizer to those who run integer models', () => {
    const graph = staticGraph(join(ROOT, 'dist/index.js'));
    const packages = [...graph].filter((name) => !name.startsWith('/'));
    expect(packages).toEqual([]);
    const text = [...graph]
      .filter((name) => name.startsWith('/'))
      .map((path) => readFileSync(path, 'utf8'))
      .join('\n');
    expect(text).toContain('importTflite');
    for (const name of [
      'readOnnx',
      'importKeras',
      'importPytorch',
      'quantizeGraph',
      'exportTflite',
      'FloatRunner',
    ]) {
      expect(text.includes(`function ${name}(`) || text.includes(`class ${name} `), name).toBe(false);
    }
  });
});
