import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { Plugin } from 'vite';
import { wgslPublisher } from './publish-wgsl.ts';

const ENTRY = fileURLToPath(new URL('../../src/index.ts', import.meta.url));

/** Says which published file a module goes into: null where the bundler may choose. */
export type FileOf = (id: string) => string | null;

/**
 * The published file `core` has what every page that runs a model needs, and nothing else. One file of it is smaller, as gzip
 * makes it, and sooner there than dozens of a few hundred bytes.
 */
export function coreFile(): { readonly plugin: Plugin; readonly fileOf: FileOf } {
  let core: ReadonlySet<string> = new Set();
  return {
    plugin: {
      name: 'core-file',
      apply: 'build',
      async buildStart() {
        core = await modulesThatStay();
      },
    },
    fileOf: (id) => (core.has(id) ? 'core' : null),
  };
}

/**
 * All that stays of what the entry imports, without what is loaded on demand: what a module imports says less, since it may
 * ask a file of many names for one.
 */
async function modulesThatStay(): Promise<ReadonlySet<string>> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    plugins: [wgslPublisher(), onDemandApart()],
    build: { write: false, minify: false, lib: { entry: ENTRY, formats: ['es'] } },
  });
  const chunks = [built].flat().flatMap((result) => ('output' in result ? result.output : []));
  const modules = chunks.flatMap((chunk) => (chunk.type === 'chunk' ? Object.entries(chunk.modules) : []));
  return new Set(
    modules.filter(([id, { renderedLength }]) => renderedLength > 0 && id !== ENTRY).map(([id]) => id),
  );
}

function onDemandApart(): Plugin {
  return {
    name: 'on-demand-apart',
    enforce: 'pre',
    resolveId: (id, _importer, { kind }) => (kind === 'dynamic-import' ? { id, external: true } : null),
  };
}
