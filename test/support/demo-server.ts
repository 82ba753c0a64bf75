import type { PageServer } from './page-server';
import { servePages } from './page-server';

export type { PageServer as DemoServer } from './page-server';

/** Builds the demo page and serves it, as `npm run demo` does. */
export function serveDemo(): Promise<PageServer> {
  return servePages('demo/vite.config.ts');
}
