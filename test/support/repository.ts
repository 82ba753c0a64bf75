import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Root of the repository, ending in a slash. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Files below a folder of the repository, as paths relative to that folder, sorted. */
export function filesBelow(folder: string, extension: string): string[] {
  return readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith(extension))
    .sort();
}

export function readText(path: string): string {
  return readFileSync(`${ROOT}${path}`, 'utf8');
}
