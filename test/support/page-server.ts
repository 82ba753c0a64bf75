import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { preview } from 'vite';
import { ROOT } from './repository';

const run = promisify(execFile);

export interface PageServer {
  /** Address on localhost, ending in a slash. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Builds pages and serves them. They are built in a process of their own: a test's environment would make them a development
 * build, which is not what users get. They go into a folder of their own: a file of tests that builds the same pages at the
 * same time would otherwise empty the folder that this one serves.
 *
 * @param config of Vite, as a path in the repository
 */
export async function servePages(config: string): Promise<PageServer> {
  const configFile = `${ROOT}${config}`;
  const outDir = await mkdtemp(join(tmpdir(), 'octogate-pages-'));
  await run('npx', ['vite', 'build', '--config', configFile, '--outDir', outDir, '--logLevel', 'error'], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const server = await preview({ configFile, build: { outDir }, preview: { port: 0, strictPort: false } });
  const [url] = server.resolvedUrls?.local ?? [];
  if (url === undefined) throw new Error(`the pages of ${config} are served at no address`);
  return {
    url,
    close: async () => {
      await server.close();
      await rm(outDir, { recursive: true });
    },
  };
}
