import { fileURLToPath } from 'node:url';

/** What the bundler knows of the modules. */
interface ModuleGraph {
  readonly getModuleInfo: (id: string) => { readonly importedIds: readonly string[] } | null;
}

const ENTRY = sourceFile('index.ts');
const LSTM = sourceFile('runtime/families/lstm.ts');
const DENSE = sourceFile('runtime/families/dense.ts');

/**
 * The published file that a module goes into, null where the bundler may choose. One file of what loads together anyway is
 * smaller, as gzip makes it, and sooner there than dozens of a few hundred bytes: `core` has what every model needs, `lstm`
 * and `dense` what these layers need besides, which few models lack; traces and convolutions share it.
 */
export function sharedFileOf(id: string, modules: ModuleGraph): 'core' | 'lstm' | 'dense' | null {
  if (id === ENTRY) return null;
  const isUsedBy = (entry: string): boolean => reachedFrom(entry, modules).has(id);
  if (isUsedBy(ENTRY) || (isUsedBy(LSTM) && isUsedBy(DENSE))) return 'core';
  if (isUsedBy(LSTM)) return 'lstm';
  return isUsedBy(DENSE) ? 'dense' : null;
}

const known = new Map<string, ReadonlySet<string>>();

/** A module and all that it imports, without what it loads on demand. */
function reachedFrom(entry: string, modules: ModuleGraph): ReadonlySet<string> {
  const before = known.get(entry);
  if (before !== undefined) return before;
  const found = new Set([entry]);
  // A set goes on with what is added to it meanwhile.
  for (const id of found) modules.getModuleInfo(id)?.importedIds.forEach((imported) => found.add(imported));
  known.set(entry, found);
  return found;
}

function sourceFile(path: string): string {
  return fileURLToPath(new URL(`../../src/${path}`, import.meta.url));
}
