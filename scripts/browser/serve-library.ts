import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import sirv from 'sirv';
import { DIST, buildIfStale } from '../build-if-stale.mjs';

const ROOT = join(import.meta.dirname, '../..');

/** Something that the server answers with at one path. */
export interface ServedContent {
  readonly type: string;
  readonly body: string | Uint8Array;
}

export interface LibraryServer {
  /** `http://localhost:PORT`, a secure context and so one with WebGPU. */
  readonly origin: string;
  close(): Promise<void>;
}

export interface ServeOptions {
  /** Further folders, by path: `/peers/`. */
  readonly folders?: Readonly<Record<string, string>>;
  /** Whether pages get `SharedArrayBuffer`, and so WebAssembly with threads. */
  readonly isolated?: boolean;
}

/** What a page must be sent with for a browser to give it `SharedArrayBuffer`. */
const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/**
 * Serves the library as built, on localhost: `/` is an empty page from which a test can `import('/dist/index.js')`, as
 * a page without a bundler would.
 *
 * @param contents Further answers, by path.
 */
export async function serveBuiltLibrary(
  contents: Readonly<Record<string, ServedContent>> = {},
  options: ServeOptions = {},
): Promise<LibraryServer> {
  await buildIfStale();
  const answers: Record<string, ServedContent> = {
    '/': { type: 'text/html', body: emptyPage() },
    '/favicon.ico': { type: 'image/png', body: '' },
    ...contents,
  };
  const served = { '/dist/': DIST, '/node_modules/': join(ROOT, 'node_modules'), ...options.folders };
  const folders: Record<string, ReturnType<typeof sirv>> = Object.fromEntries(
    Object.entries(served).map(([path, folder]) => [path, sirv(folder, { dev: true })]),
  );
  const headers: Readonly<Record<string, string>> = options.isolated === true ? ISOLATION : {};

  const server = createServer((request, response) => {
    const notFound = (): void => {
      response.writeHead(404).end();
    };
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const answer = answers[pathname];
    if (answer !== undefined) {
      response.writeHead(200, { 'content-type': answer.type }).end(answer.body);
      return;
    }
    const prefix = Object.keys(folders).find((folder) => pathname.startsWith(folder));
    const serveFolder = prefix === undefined ? undefined : folders[prefix];
    if (prefix === undefined || serveFolder === undefined) {
      notFound();
      return;
    }
    request.url = pathname.slice(prefix.length - 1);
    serveFolder(request, response, notFound);
  });
  // By address, since a bare machine need not know the name; browsers do.
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The import map tells the browser what a bundler knows: where the library's dependencies lie. */
function emptyPage(): string {
  const { dependencies } = readPackage('package.json');
  const imports = Object.keys(dependencies ?? {}).flatMap((name) => {
    const { module } = readPackage(`node_modules/${name}/package.json`);
    return module === undefined ? [] : [[name, new URL(module, `file:///node_modules/${name}/`).pathname]];
  });
  const importMap = JSON.stringify({ imports: Object.fromEntries(imports) as Record<string, string> });
  return `<!doctype html><meta charset="utf-8"><title>Octogate</title><script type="importmap">${importMap}</script>`;
}

interface Package {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly module?: string;
}

function readPackage(path: string): Package {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Package;
}
