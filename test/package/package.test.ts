import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Page } from 'puppeteer-core';
import sirv from 'sirv';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exports as entries, version } from '../../package.json';
import { Octogate } from '../../src';
import { describeInBrowsers } from '../support/browser';
import { installPackage } from '../support/installed-package';
import type { InstalledPackage } from '../support/installed-package';
import { ROOT } from '../support/repository';

/** What a page of the strictest kind may do: no inline script, no `eval`, nothing from elsewhere. */
const STRICT_POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'; img-src data:; base-uri 'none'";

/** What running `digits.tflite` may cost: everything that is fetched but page and model, each file as gzip -9 makes it. */
const MOST_GZIP_BYTES = 53_100;

const run = promisify(execFile);

interface Classified {
  readonly output: readonly number[];
  readonly refusal: { readonly name: string; readonly isInputError: boolean };
}

let installed: InstalledPackage;
let expected: readonly number[];
let url: string;
let close: () => void;

beforeAll(async () => {
  installed = await installPackage('test/package');
  const { folder } = installed;
  const model = join(folder, 'node_modules/octogate/models/digits.tflite');
  await cp(model, join(folder, 'vite-app/public/model.tflite'));
  await cp(model, join(folder, 'plain-page/model.tflite'));
  await mkdir(join(folder, 'plain-page'), { recursive: true });
  for (const file of [
    'index.html',
    'main.js',
    'with-worker.html',
    'with-worker.js',
    'worker.js',
    'classify.js',
  ]) {
    const text = await readFile(join(folder, 'vite-app', file), 'utf8');
    // A plain page has no resolver of names: the file's address takes their place.
    const plain = text.replace("'octogate'", "'../node_modules/octogate/dist/index.js'");
    await writeFile(join(folder, 'plain-page', file), plain);
  }
  await build({
    root: join(folder, 'vite-app'),
    configFile: false,
    logLevel: 'error',
    base: './',
    worker: { format: 'es' },
    build: {
      rolldownOptions: {
        input: ['index.html', 'with-worker.html'].map((name) => join(folder, 'vite-app', name)),
      },
    },
  });
  await buildSoundPages(folder);
  const server = createServer(
    sirv(folder, {
      dev: true,
      setHeaders: (response) => {
        response.setHeader('Content-Security-Policy', STRICT_POLICY);
      },
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  url = `http://localhost:${(server.address() as AddressInfo).port}/`;
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  const reference = await Octogate.load(await readFile(model), { backend: 'reference' });
  const input = Int8Array.from({ length: 28 * 28 }, (_, index) => ((index * 37) % 256) - 128);
  expected = [...(await reference.createSession().run(input))];
});

afterAll(() => {
  close();
});

/** A Vite app around the audio bridge, and the same as a plain page. */
async function buildSoundPages(folder: string): Promise<void> {
  const [app, plain] = [join(folder, 'sound-app'), join(folder, 'plain-sound')];
  await build({ root: app, configFile: false, logLevel: 'error', base: './', worker: { format: 'es' } });
  await mkdir(plain, { recursive: true });
  await cp(join(app, 'index.html'), join(plain, 'index.html'));
  const text = await readFile(join(app, 'main.js'), 'utf8');
  const dist = '../node_modules/octogate/dist';
  await writeFile(
    join(plain, 'main.js'),
    text
      .replace("'octogate/streaming'", `'${dist}/streaming.js'`)
      .replace(/import worklet from .*;/, `const worklet = '${dist}/streaming/worklet.js';`),
  );
}

/** Imports of every entry point: a compile error for one without types. */
function importsOf(names: readonly string[]): string {
  const lines = names.map(
    (name, index) => `import type * as entry${index} from '${name.replace('.', 'octogate')}';`,
  );
  const used = names.map((_, index) => `keyof typeof entry${index}`).join(' | ');
  return `${lines.join('\n')}\nexport type Names = ${used};\n`;
}

/** The page says what it got in its title. */
async function resultOf(page: Page): Promise<Classified> {
  await page.waitForFunction(() => document.title.startsWith('{'), { timeout: 120_000 });
  return JSON.parse(await page.title()) as Classified;
}

describe('the tarball', () => {
  it('holds the build, the models and the papers, and nothing else', () => {
    const expectedPlaces = /^(dist\/|models\/|package\.json$|LICENSE$|README\.md$|CHANGELOG\.md$)/;
    expect(installed.files.filter((path) => !expectedPlaces.test(path))).toEqual([]);
    expect(installed.files).toContain('dist/types/index.d.ts');
  });

  it('has a manifest in which npm finds nothing to correct when it is published', async () => {
    const folder = join(installed.folder, 'manifest');
    await mkdir(folder);
    const manifest = await readFile(join(ROOT, 'package.json'), 'utf8');
    await writeFile(join(folder, 'package.json'), manifest);
    await run('npm', ['pkg', 'fix'], { cwd: folder });
    expect(await readFile(join(folder, 'package.json'), 'utf8')).toBe(manifest);
  });

  it('installs the command', async () => {
    const { stdout } = await run(join(installed.folder, 'node_modules/.bin/octogate'), ['--version']);
    expect(stdout).toBe(`${version}\n`);
  });

  it('has no eval', async () => {
    const texts = await Promise.all(
      installed.files
        .filter((path) => path.startsWith('dist/') && path.endsWith('.js'))
        .map(async (path) => [
          path,
          await readFile(join(installed.folder, 'node_modules/octogate', path), 'utf8'),
        ]),
    );
    const found = texts.filter(([, text]) => /\beval\s*\(|\bnew Function\s*\(/.test(text!));
    expect(found.map(([path]) => path)).toEqual([]);
  });

  it.each([
    ['bundler', 'esnext'],
    ['node16', 'node16'],
  ])('has types for moduleResolution %s', async (moduleResolution, module) => {
    const options = {
      module,
      moduleResolution,
      target: 'es2022',
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: ['@webgpu/types', 'node'],
    };
    const config = join(installed.folder, 'types', `tsconfig.${moduleResolution}.json`);
    await writeFile(join(installed.folder, 'types/package.json'), '{"type":"module"}');
    await writeFile(join(installed.folder, 'types/entries.ts'), importsOf(Object.keys(entries)));
    await writeFile(config, JSON.stringify({ compilerOptions: options, files: ['use.ts', 'entries.ts'] }));
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const outcome = await run(process.execPath, [tsc, '-p', config]).catch((error: unknown) => error);
    expect(outcome).toMatchObject({ stdout: '' });
  });

  it('has the audio worklet in one file', async () => {
    const text = await readFile(
      join(installed.folder, 'node_modules/octogate/dist/streaming/worklet.js'),
      'utf8',
    );
    expect(text).toContain('registerProcessor');
    expect(text).not.toMatch(/^\s*(import|export)\b/m);
  });

  it('runs in Node with the webgpu package', async () => {
    const { folder } = installed;
    await writeFile(join(folder, 'node-app/package.json'), '{"type":"module"}');
    const model = join(folder, 'node_modules/octogate/models/digits.tflite');
    const { stdout } = await run(process.execPath, ['main.js', model], { cwd: join(folder, 'node-app') });
    expect(JSON.parse(stdout)).toEqual(expected);
  });
});

describeInBrowsers('the installed package under a strict Content-Security-Policy', (openPage) => {
  it.each([
    ['a Vite app', 'vite-app/dist/index.html'],
    ['a worker of a Vite app', 'vite-app/dist/with-worker.html'],
    ['a plain page', 'plain-page/index.html'],
    ['a worker of a plain page', 'plain-page/with-worker.html'],
  ])('runs a model in %s', async (_, path) => {
    const { output, refusal } = await resultOf(await openPage(url + path));
    expect(output).toEqual(expected);
    expect(refusal).toEqual({ name: 'InputError', isInputError: true });
  });

  it.each([
    ['a Vite app', 'sound-app/dist/index.html'],
    ['a plain page', 'plain-sound/index.html'],
  ])('bridges sound in %s', async (_, path) => {
    const page = await openPage(url + path);
    await page.click('button');
    await page.waitForFunction(() => document.title.startsWith('{'), { timeout: 120_000 });
    expect(JSON.parse(await page.title())).toEqual({ heard: 0.25 });
  });

  it(`costs a Vite app at most ${MOST_GZIP_BYTES} bytes to load and run digits.tflite`, async () => {
    const page = await openPage(`${url}vite-app/dist/index.html`);
    await resultOf(page);
    const fetched = await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => name),
    );
    const files = [...new Set(fetched)].filter(
      (name) => name.startsWith(url) && !name.endsWith('/model.tflite'),
    );
    expect(files.length).toBeGreaterThan(2);
    let sum = 0;
    for (const file of files) {
      const bytes = await readFile(join(installed.folder, decodeURI(file.slice(url.length))));
      sum += gzipSync(bytes, { level: 9 }).length;
    }
    expect(sum, files.join('\n')).toBeLessThanOrEqual(MOST_GZIP_BYTES);
  });
});
