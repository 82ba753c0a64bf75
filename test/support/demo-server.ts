import { fileURLToPath } from 'node:url';
import { build, preview } from 'vite';

const CONFIG = fileURLToPath(new URL('../../demo/vite.config.ts', import.meta.url));

export interface DemoServer {
  /** Address of the page, on localhost. */
  readonly url: string;
  close(): Promise<void>;
}

/** Builds the demo page and serves it, as `npm run demo` does. */
export async function serveDemo(): Promise<DemoServer> {
  await build({ configFile: CONFIG, logLevel: 'error' });
  const server = await preview({ configFile: CONFIG, preview: { port: 0, strictPort: false } });
  const [url] = server.resolvedUrls?.local ?? [];
  if (url === undefined) throw new Error('the demo is served at no address');
  return { url, close: () => server.close() };
}
