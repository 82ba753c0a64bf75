import { fileURLToPath } from 'node:url';
import { build, preview } from 'vite';

export interface PageServer {
  /** Address on localhost, ending in a slash. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Builds pages and serves them.
 *
 * @param config of Vite, as a path in the repository
 */
export async function servePages(config: string): Promise<PageServer> {
  const configFile = fileURLToPath(new URL(`../../${config}`, import.meta.url));
  await build({ configFile, logLevel: 'error' });
  const server = await preview({ configFile, preview: { port: 0, strictPort: false } });
  const [url] = server.resolvedUrls?.local ?? [];
  if (url === undefined) throw new Error(`the pages of ${config} are served at no address`);
  return { url, close: () => server.close() };
}
