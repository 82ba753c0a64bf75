import { execFile } from 'node:child_process';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildIfStale } from '../../scripts/build-if-stale.mjs';
import { ROOT } from './repository';

const run = promisify(execFile);

/** The package as npm publishes it, installed beside some apps. */
export interface InstalledPackage {
  /** Where `node_modules/octogate` and the apps are. */
  readonly folder: string;
  /** Paths in the tarball. */
  readonly files: readonly string[];
}

/** The registry is asked only for what npm's cache has not. */
const QUIETLY = ['--prefer-offline', '--no-audit', '--no-fund', '--silent'];

/**
 * Builds, packs and installs the package with what it depends on, in a folder below the repository, where the apps find what
 * only they need: Vite, and the `webgpu` package.
 *
 * @param apps folders to copy beside it
 */
export async function installPackage(apps: string): Promise<InstalledPackage> {
  await buildIfStale();
  await run('npm', ['run', '--silent', 'build:types'], { cwd: ROOT });
  const folder = join(ROOT, 'test-output/package');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const { stdout } = await run(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--offline', '--pack-destination', folder],
    { cwd: ROOT, maxBuffer: 2 ** 26 },
  );
  const [packed] = JSON.parse(stdout) as {
    readonly filename: string;
    readonly files: readonly { readonly path: string }[];
  }[];
  await writeFile(join(folder, 'package.json'), '{"private":true}');
  await run('npm', ['install', ...QUIETLY, join(folder, packed!.filename)], { cwd: folder });
  await cp(join(ROOT, apps), folder, { recursive: true });
  return { folder, files: packed!.files.map(({ path }) => path) };
}
