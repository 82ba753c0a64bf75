import { cpSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Plugin } from 'vite';
import { ONNXRUNTIME_FILES, TENSORFLOW_FILES } from '../../bench/peers/page-files.ts';

const PACKAGES = join(import.meta.dirname, '../../node_modules');

const FILES = [
  ...Object.values(ONNXRUNTIME_FILES).flatMap(({ entry, parts }) => [entry, ...parts]),
  ...TENSORFLOW_FILES,
];

/** What the copied files come to. */
export function peerBytes(): number {
  return FILES.reduce((sum, path) => sum + statSync(join(PACKAGES, path)).size, 0);
}

/**
 * Copies the runtimes that a page times beside the library next to what is built, for a page to load when it is asked to.
 *
 * @param folder below the output
 */
export function peersCopied(folder: string): Plugin {
  let output = '';
  return {
    name: 'copy-peers',
    apply: 'build',
    configResolved({ root, build }) {
      output = resolve(root, build.outDir, folder);
    },
    writeBundle() {
      for (const path of FILES) cpSync(join(PACKAGES, path), join(output, path));
    },
  };
}
