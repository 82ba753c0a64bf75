import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, it } from 'vitest';
import { filesBelow, ROOT } from '../support/repository';
import type { ImportedModule } from '../support/typescript-source';
import { importsOf, parseSource } from '../support/typescript-source';

/** Rooms of `src/`, and the other rooms that each may import. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  arith: ['errors'],
  contract: ['errors', 'arith'],
  model: ['errors', 'arith'],
  reference: ['errors', 'arith', 'contract'],
  gpu: ['errors', 'arith', 'contract'],
  lower: ['errors', 'arith', 'contract', 'model'],
  import: ['errors', 'arith', 'model'],
  // File formats are described where they are read.
  export: ['errors', 'arith', 'model', 'import'],
  quantize: ['errors', 'arith', 'model'],
  runtime: ['errors', 'arith', 'contract', 'model', 'lower', 'reference', 'gpu'],
  report: ['errors', 'arith', 'model', 'lower', 'quantize', 'runtime'],
  streaming: ['errors', 'model', 'runtime'],
  inspect: ['errors', 'model', 'import', 'quantize', 'runtime'],
  data: ['errors', 'model', 'lower', 'quantize', 'runtime'],
};

/** Rooms and files at the top, which see everything below them. */
const TOP: Readonly<Record<string, readonly string[]>> = {
  'index.ts': Object.keys(MAY_IMPORT),
  'node.ts': [...Object.keys(MAY_IMPORT), 'index.ts'],
  cli: [...Object.keys(MAY_IMPORT), 'index.ts', 'node.ts', 'bench', 'conformance'],
  // These run in pages, too, so they see nothing of Node.
  conformance: [...Object.keys(MAY_IMPORT), 'index.ts'],
  bench: [...Object.keys(MAY_IMPORT), 'index.ts'],
};

/** Files that may use what only Node has. */
const NODE_ONLY = /^src\/(node\.ts|cli\/|gpu\/node-[^/]*\.ts)/;

const files = filesBelow('src', '.ts').map((path) => `src/${path}`);
const imports = new Map(files.map((path) => [path, importsOf(parseSource(path))]));

/** The file that a relative import means; null for a package or a file that is not TypeScript. */
function resolve(importer: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null;
  const target = posix.join(posix.dirname(importer), specifier);
  return [`${target}.ts`, `${target}/index.ts`, target].find((path) => imports.has(path)) ?? null;
}

/** `gpu` for `src/gpu/buffers.ts`, `index.ts` for `src/index.ts`. */
function roomOf(path: string): string {
  return path.split('/')[1]!;
}

function violations(check: (importer: string, imported: ImportedModule) => string | null): string[] {
  return [...imports].flatMap(([importer, modules]) =>
    modules.flatMap((imported) => {
      const problem = check(importer, imported);
      return problem === null ? [] : [`${imported.place}: ${problem}`];
    }),
  );
}

it('knows every room', () => {
  const rooms = new Set(files.map(roomOf));
  expect([...rooms].filter((room) => !(room in MAY_IMPORT) && !(room in TOP))).toEqual([]);
});

it('imports only in the direction of the architecture', () => {
  expect(
    violations((importer, { specifier }) => {
      const target = resolve(importer, specifier);
      if (target === null) return null;
      const [from, to] = [roomOf(importer), roomOf(target)];
      const allowed = MAY_IMPORT[from] ?? TOP[from] ?? [];
      return from === to || allowed.includes(to) ? null : `${from} must not import ${to}`;
    }),
  ).toEqual([]);
});

it('resolves every relative import', () => {
  expect(
    violations((importer, { specifier }) => {
      const isRelative = specifier.startsWith('.') && !specifier.includes('?');
      const target = posix.join(posix.dirname(importer), specifier);
      const exists = resolve(importer, specifier) !== null || existsSync(`${ROOT}${target}`);
      return isRelative && !exists ? `there is no ${specifier}` : null;
    }),
  ).toEqual([]);
});

it('keeps Node out of what browsers load', () => {
  const isNodeOnly = (path: string) => NODE_ONLY.test(path);
  expect(
    violations((importer, { specifier, isTypeOnly }) => {
      if (isTypeOnly || isNodeOnly(importer)) return null;
      if (specifier.startsWith('node:') || specifier === 'webgpu') return `only Node has ${specifier}`;
      const target = resolve(importer, specifier);
      return target !== null && isNodeOnly(target) ? `${target} is for Node only` : null;
    }),
  ).toEqual([]);
});

it('has no import cycles between files', () => {
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, importers: readonly string[]) => {
    if (importers.includes(path))
      cycles.push([...importers.slice(importers.indexOf(path)), path].join(' -> '));
    if (done.has(path) || importers.includes(path)) return;
    for (const { specifier, isTypeOnly } of imports.get(path) ?? []) {
      const target = isTypeOnly ? null : resolve(path, specifier);
      if (target !== null) visit(target, [...importers, path]);
    }
    done.add(path);
  };
  for (const path of files) visit(path, []);
  expect(cycles).toEqual([]);
});

it('lets the demo see the public API only', () => {
  const demo = existsSync(`${ROOT}demo`) ? filesBelow('demo', '.ts').map((path) => `demo/${path}`) : [];
  const inner = demo.flatMap((path) =>
    importsOf(parseSource(path))
      .filter(({ specifier }) => posix.join(posix.dirname(path), specifier).startsWith('src/'))
      .filter(({ specifier }) => !/^src(\/index(\.ts)?)?$/.test(posix.join(posix.dirname(path), specifier)))
      .map(({ place, specifier }) => `${place}: ${specifier}`),
  );
  expect(inner).toEqual([]);
});
