import { execFile } from 'node:child_process';
import { cp, mkdir, rm } from 'node:fs/promises';
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

/**
 * Builds and packs the package, and lays the tarball out as `npm install` does, in a folder below the repository: what it
 * depends on is found further up, so that no registry is asked.
 *
 * @param apps folders to copy beside it
 */
export async function installPackage(apps: string): Promise<InstalledPackage> {
  await buildIfStale();
  await run('npm', ['run', '--silent', 'build:types'], { cwd: ROOT });
  const folder = join(ROOT, 'test-output/package');
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'node_modules/octogate'), { recursive: true });
  const { stdout } = await run(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--offline', '--pack-destination', folder],
    { cwd: ROOT, maxBuffer: 2 ** 26 },
  );
  const [packed] = JSON.parse(stdout) as {
    readonly filename: string;
    readonly files: readonly { readonly path: string }[];
  }[];
  await run('tar', [
    '-xzf',
    join(folder, packed!.filename),
    '--strip-components=1',
    '-C',
    join(folder, 'node_modules/octogate'),
  ]);
  await cp(join(ROOT, apps), folder, { recursive: true });
  return { folder, files: packed!.files.map(({ path }) => path) };
}
