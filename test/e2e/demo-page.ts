import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect } from 'vitest';
import type { DemoServer } from '../support/demo-server';
import { serveDemo } from '../support/demo-server';

/** Screenshots, kept to be looked at. */
const PICTURES = `${import.meta.dirname}/../../test-output/demo`;
/** Wide as a laptop's window, and as a phone's. */
export const WIDTHS = [1280, 390];
export const PATIENCE_MS = 120_000;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export function textOf(page: Page, testId: string): Promise<string> {
  return page.$eval(`[data-testid=${testId}]`, (element) => element.textContent);
}

export async function waitForText(page: Page, testId: string, pattern: RegExp): Promise<string> {
  await page.waitForFunction(
    (id, source) => new RegExp(source).test(document.querySelector(`[data-testid=${id}]`)?.textContent ?? ''),
    { timeout: PATIENCE_MS },
    testId,
    pattern.source,
  );
  return textOf(page, testId);
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    return (await axe.run()).violations;
  });
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/**
 * Most that everything on a tab may move, as layout shifts are scored: nothing that a person would see. What moves is a name
 * in the head that takes the place of its dots, and the digits of a figure that grows.
 */
const MOST_SHIFT = 0.01;

/** Keeps what moves by itself, where browsers tell: Chromium does. */
function watchShifts(): void {
  const shifts: string[] = [];
  Object.assign(window, { shifts });
  if (!PerformanceObserver.supportedEntryTypes.includes('layout-shift')) return;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as unknown as LayoutShift[]) {
      const moved = entry.sources.map(({ node }) => node?.textContent?.slice(0, 40)).join(' | ');
      if (!entry.hadRecentInput) shifts.push(`${entry.value} ${moved}`);
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

interface LayoutShift {
  readonly value: number;
  readonly hadRecentInput: boolean;
  readonly sources: readonly { readonly node: Node | null }[];
}

/** What moved since it was last asked for, by its score and text. */
function takeShifts(page: Page): Promise<string[]> {
  return page.evaluate(() => (window as unknown as { shifts: string[] }).shifts.splice(0));
}

/** Puppeteer changes what media queries answer in Chromium only; Firefox has the colours that it was started with. */
async function schemesOf(page: Page, browser: string): Promise<readonly ('dark' | 'light')[]> {
  if (browser !== 'firefox') return ['dark', 'light'];
  const isDark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  return [isDark ? 'dark' : 'light'];
}

/** Comes back when nothing is on its way from one colour to the other. */
async function inColours(page: Page, value: 'dark' | 'light'): Promise<void> {
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }]);
  await page.evaluate(async () => {
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
  });
}

/** A tab of the demo page. */
export interface OpenTab {
  readonly page: Page;
  /** Addresses that were asked for, at the page's own origin or not. */
  readonly requests: readonly string[];
}

/** The demo page, served while the tests of a suite run. */
export interface Demo {
  openTab(tab: string, width: number): Promise<OpenTab>;
  /** Takes a picture, and holds the page to what must hold of it at any moment. */
  lookAt(page: Page, name: string, width: number): Promise<void>;
  /** What was fetched from elsewhere. */
  foreign(requests: readonly string[]): readonly string[];
}

/** Serves the built page for the suite that this is called in. */
export function serveForSuite(openPage: (url: string) => Promise<Page>): Demo {
  let server: DemoServer;
  beforeAll(async () => {
    mkdirSync(PICTURES, { recursive: true });
    server = await serveDemo();
  });
  afterAll(() => server.close());
  return {
    async openTab(tab, width) {
      const page = await openPage('about:blank');
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      await page.setViewport({ width, height: 900 });
      await page.evaluateOnNewDocument(watchShifts);
      await page.goto(`${server.url}#${tab}`);
      return { page, requests };
    },
    async lookAt(page, name, width) {
      const browser = (await page.browser().version()).split('/')[0]!.toLowerCase();
      const shifts = await takeShifts(page);
      const moved = shifts.reduce((sum, shift) => sum + Number.parseFloat(shift), 0);
      expect(moved, `moves by itself: ${shifts.join('; ')}`).toBeLessThanOrEqual(MOST_SHIFT);
      for (const scheme of await schemesOf(page, browser)) {
        if (browser !== 'firefox') await inColours(page, scheme);
        const file = `${browser}-${name}-${width}${scheme === 'dark' ? '-dark' : ''}.png`;
        await page.screenshot({ path: `${PICTURES}/${file}`, fullPage: true });
        expect(await violations(page), `axe-core, ${scheme}`).toEqual([]);
      }
      const [content, window] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      expect(content, 'nothing sticks out sideways').toBeLessThanOrEqual(window!);
      // A picture of the whole page is taken in a larger window.
      await takeShifts(page);
    },
    foreign(requests) {
      const { origin } = new URL(server.url);
      return requests.filter((url) => !/^(blob|data):/.test(url) && !url.startsWith(origin));
    },
  };
}
