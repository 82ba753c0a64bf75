// @ts-check
/**
 * Keeps `dist/` in step with the sources for those who run a checkout: the CLI launcher and the browser tests. A stamp in
 * `node_modules/.cache` holds the fingerprint (paths, sizes, modification times) of what the last build was made from.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { link, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CACHE = join(ROOT, 'node_modules/.cache/octogate');
const STAMP = join(CACHE, 'build-stamp');
const LOCK = join(CACHE, 'build-lock');

const SOURCE_FOLDERS = ['src', 'shaders', 'scripts/build'];
const SOURCE_FILES = ['package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.ts'];

/** Builds that take longer than this are announced. */
const PATIENCE_MS = 1000;
const LOCK_POLL_MS = 100;

/** The built library's folder. */
export const DIST = join(ROOT, 'dist');

/**
 * Builds `dist/` unless it is up to date. Safe when several processes call it at once: one builds, the others wait.
 *
 * @throws {Error} if the build fails.
 */
export async function buildIfStale() {
  if (await isFresh()) return;
  await mkdir(CACHE, { recursive: true });
  await withLock(async () => {
    if (await isFresh()) return;
    const fingerprint = await sourceFingerprint();
    await rm(STAMP, { force: true });
    await buildLibrary();
    await writeFile(STAMP, fingerprint);
  });
}

async function isFresh() {
  if (!existsSync(join(DIST, 'cli.js')) || !existsSync(STAMP)) return false;
  return readFileSync(STAMP, 'utf8') === (await sourceFingerprint());
}

async function sourceFingerprint() {
  const folders = await Promise.all(SOURCE_FOLDERS.map(pathsUnder));
  const paths = [...folders.flat(), ...SOURCE_FILES].sort();
  const entries = await Promise.all(
    paths.map(async (path) => {
      // An editor's temporary file may be gone again by now; a source file that is missing fails the build itself.
      const stats = await stat(join(ROOT, path)).catch(() => undefined);
      return stats?.isFile() ? [`${path} ${stats.size} ${stats.mtimeMs}`] : [];
    }),
  );
  return createHash('sha256').update(entries.flat().join('\n')).digest('hex');
}

/** @param {string} folder */
async function pathsUnder(folder) {
  const names = await readdir(join(ROOT, folder), { recursive: true });
  return names.map((name) => join(folder, name));
}

async function buildLibrary() {
  const notice = setTimeout(() => console.error('octogate: building …'), PATIENCE_MS);
  const { NODE_ENV } = process.env;
  try {
    const { build } = await import('vite');
    await build({ root: ROOT, logLevel: 'warn' });
  } finally {
    clearTimeout(notice);
    // Vite sets it for its own process, which is the program's here.
    if (NODE_ENV === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = NODE_ENV;
  }
}

/**
 * Runs `action` while no other process runs one. A lock left behind by a process that was killed is broken.
 *
 * @param {() => Promise<void>} action
 */
async function withLock(action) {
  while (!(await tryLock())) {
    const owner = Number(await readFile(LOCK, 'utf8').catch(() => ''));
    if (owner > 0 && !isRunning(owner)) await rm(LOCK, { force: true });
    await delay(LOCK_POLL_MS);
  }
  try {
    await action();
  } finally {
    await rm(LOCK, { force: true });
  }
}

async function tryLock() {
  // A hard link appears with its content, so that a lock always names its owner.
  const draft = `${LOCK}-${process.pid}`;
  await writeFile(draft, String(process.pid));
  try {
    await link(draft, LOCK);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
