import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowsers } from '../support/browser';
import type { DemoServer } from '../support/demo-server';
import { serveDemo } from '../support/demo-server';

/** Screenshots, kept to be looked at. */
const PICTURES = `${import.meta.dirname}/../../test-output/demo`;
const PATIENCE_MS = 150_000;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describeInBrowsers('the benchmark tab', (openPage) => {
  let server: DemoServer;
  beforeAll(async () => {
    mkdirSync(PICTURES, { recursive: true });
    server = await serveDemo();
  });
  afterAll(() => server.close());

  async function openTab(width: number): Promise<Page> {
    const page = await openPage('about:blank');
    await page.setViewport({ width, height: 900 });
    await page.goto(`${server.url}#benchmark`);
    await page.waitForSelector('.benchmark, .message.notice', { timeout: PATIENCE_MS });
    return page;
  }

  async function press(page: Page, title: string): Promise<void> {
    await page.locator(`::-p-xpath(//main//button[normalize-space()='${title}'])`).click();
  }

  async function hasWebGpu(page: Page): Promise<boolean> {
    return (await page.$('.benchmark')) !== null;
  }

  /** Looks at the page: screenshot, accessibility, no sideways scrolling. */
  async function lookAt(page: Page, name: string): Promise<void> {
    const browser = (await page.browser().version()).split('/')[0]!.toLowerCase();
    const width = page.viewport()!.width;
    await page.screenshot({ path: `${PICTURES}/${browser}-${name}-${width}.png`, fullPage: true });
    await page.evaluate(AXE);
    const violations = await page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      return (await axe.run()).violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
      );
    });
    expect(violations, 'axe-core').toEqual([]);
    const overhang = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overhang).toBeLessThanOrEqual(0);
  }

  it('runs the short form, and shows times, a chart and JSON at either width', async () => {
    const page = await openTab(1280);
    if (!(await hasWebGpu(page))) {
      await lookAt(page, 'benchmark');
      return;
    }
    await press(page, 'Short form');
    await page.waitForSelector('[data-testid=bench-table]', { timeout: PATIENCE_MS });
    await page.waitForSelector('[data-testid=bench-chart] svg', { timeout: PATIENCE_MS });
    const names = await page.$$eval('[data-testid=bench-table] tbody th', (cells) =>
      cells.map(({ textContent }) => textContent),
    );
    expect(names).toEqual(['S2', 'S7', 'digits', 'characters']);
    const link = await page.$eval('a[download]', ({ href }) => href);
    const report = JSON.parse(decodeURIComponent(link.slice(link.indexOf(',') + 1))) as {
      readonly format: string;
      readonly results: readonly { readonly checkedTimesteps: number }[];
    };
    expect(report.format).toBe('octogate-bench');
    expect(report.results.every(({ checkedTimesteps }) => checkedTimesteps > 0)).toBe(true);
    await lookAt(page, 'benchmark');
    await page.setViewport({ width: 390, height: 900 });
    await lookAt(page, 'benchmark');
  });

  it('is cancelled at once, and runs again', async () => {
    const page = await openTab(390);
    if (!(await hasWebGpu(page))) return;
    const status = (pattern: string) =>
      page.waitForFunction(
        (source) =>
          new RegExp(source).test(document.querySelector('[data-testid=bench-status]')?.textContent ?? ''),
        { timeout: PATIENCE_MS },
        pattern,
      );
    await press(page, 'Long form');
    await status('ceilings');
    await press(page, 'Cancel');
    await status('Not run yet');
    await press(page, 'Short form');
    await status('ceilings');
    await press(page, 'Cancel');
    await status('Not run yet');
  });
});
