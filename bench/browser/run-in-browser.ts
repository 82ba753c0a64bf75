import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { build } from 'vite';
import { launchBrowser } from '../../scripts/browser/launch-browser';
import type { BrowserName } from '../../scripts/browser/launch-browser';
import { serveBuiltLibrary } from '../../scripts/browser/serve-library';
import type { ServedContent } from '../../scripts/browser/serve-library';
import type { BenchOptions, BenchReport } from '../../src/bench';
import type { PageMessage, PageOptions, PageSubject } from './page-options';

const ROOT = join(import.meta.dirname, '../..');
const CACHE = join(ROOT, 'node_modules/.cache');

export interface BrowserBenchOptions extends Omit<BenchOptions, 'gpu' | 'peers'> {
  readonly browser: BrowserName;
  readonly peers: PageOptions['peers'];
}

/**
 * Runs a benchmark in a page of a headless browser, on the adapter that the browser chooses.
 *
 * @throws MissingBrowserError; Error with what went wrong in the page.
 */
export async function runInBrowser(options: BrowserBenchOptions): Promise<BenchReport> {
  const { browser: name, subjects, environment, onProgress, ...rest } = options;
  const models: Record<string, ServedContent> = {};
  const pageSubjects = subjects.map((subject, index): PageSubject => {
    if (subject.kind === 'shape') return subject;
    const { bytes, ...others } = subject;
    const url = `/models/${index}`;
    models[url] = { type: 'application/octet-stream', body: bytes };
    return { ...others, url };
  });
  const folder = await buildPage();
  const server = await serveBuiltLibrary(models, { folders: { '/bench/': folder }, isolated: true });
  const browser = await launchBrowser(name);
  try {
    const runtime = (await browser.version()).replace('/', ' ');
    const pageOptions: PageOptions = {
      ...rest,
      environment: { ...environment, runtime },
      subjects: pageSubjects,
    };
    const page = await browser.newPage();
    const finished = new Promise<BenchReport>((resolve, reject) => {
      page.on('close', () => {
        reject(new Error('the page closed before the benchmark was done'));
      });
      browser.on('disconnected', () => {
        reject(new Error(`${name} ended before the benchmark was done`));
      });
      const receive = (message: PageMessage): void => {
        if (message.kind === 'progress') onProgress?.(message.what);
        else if (message.kind === 'done') resolve(message.report);
        else reject(new Error(message.reason));
      };
      page
        .exposeFunction('tellOctogate', receive)
        .then(() => start(page, server.origin, pageOptions), reject)
        .catch(reject);
    });
    return await finished;
  } finally {
    await browser.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Returns as soon as the page is at work: no call into it may take as long as a benchmark does. */
async function start(page: Page, origin: string, options: PageOptions): Promise<void> {
  await page.goto(origin);
  await page.evaluate(`void import('/bench/page.js').then(({ run }) => run(${JSON.stringify(options)}));`);
}

/** The page's module with all that it imports; returns the folder that it is in. */
async function buildPage(): Promise<string> {
  const outDir = await mkdtemp(join(CACHE, 'octogate-bench-'));
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      minify: false,
      lib: { entry: { page: join(import.meta.dirname, 'page.ts') }, formats: ['es'] },
    },
  });
  return outDir;
}
