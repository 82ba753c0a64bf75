import { fileURLToPath } from 'node:url';

/** What the bundler knows of the modules. */
interface ModuleGraph {
  readonly getModuleInfo: (id: string) => { readonly importedIds: readonly string[] } | null;
}

const ENTRY = fileURLToPath(new URL('../../src/index.ts', import.meta.url));

/**
 * The published file that a module goes into, null where the bundler may choose: `core` has what every page that runs a model
 * needs. One file of it is smaller, as gzip makes it, and sooner there than dozens of a few hundred bytes.
 */
export function sharedFileOf(id: string, modules: ModuleGraph): 'core' | null {
  return id !== ENTRY && reachedFromEntry(modules).has(id) ? 'core' : null;
}

let known: ReadonlySet<string> | null = null;

/** All that the entry imports, without what is loaded on demand. */
function reachedFromEntry(modules: ModuleGraph): ReadonlySet<string> {
  if (known !== null) return known;
  const found = new Set([ENTRY]);
  // A set goes on with what is added to it meanwhile.
  for (const id of found) modules.getModuleInfo(id)?.importedIds.forEach((imported) => found.add(imported));
  known = found;
  return found;
}
