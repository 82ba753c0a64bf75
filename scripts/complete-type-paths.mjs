// @ts-check
/**
 * Completes the relative imports of `dist/types`: `./errors` becomes `./errors/index.js`. Sources leave that to bundlers;
 * TypeScript's `node16` does not.
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TYPES = fileURLToPath(new URL('../dist/types', import.meta.url));
const RELATIVE = /((?:from|import)\s*\(?\s*')(\.{1,2}(?:\/[^']*)?)(')/g;

for (const name of readdirSync(TYPES, { recursive: true, encoding: 'utf8' })) {
  if (!name.endsWith('.d.ts')) continue;
  const path = join(TYPES, name);
  const text = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    text.replace(RELATIVE, (_, before, specifier, after) => before + complete(path, specifier) + after),
  );
}

/**
 * @param {string} importer
 * @param {string} specifier
 */
function complete(importer, specifier) {
  const target = join(dirname(importer), specifier);
  if (existsSync(`${target}.d.ts`)) return `${specifier}.js`;
  if (existsSync(join(target, 'index.d.ts'))) return `${specifier}/index.js`;
  if (specifier.endsWith('.js')) return specifier;
  throw new Error(`${importer}: there are no types of ${specifier}`);
}
