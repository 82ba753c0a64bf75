import type { Page } from 'puppeteer-core';
import { expect, it } from 'vitest';
import { describeInBrowsers } from '../support/browser';
import type { OpenTab } from './demo-page';
import { serveForSuite, waitForText } from './demo-page';

/** Random networks are made and checked, and other runtimes compiled, on whatever machine this is. */
const PATIENCE_MS = 280_000;

async function press(page: Page, title: string): Promise<void> {
  await page.locator(`::-p-xpath(//main//button[normalize-space()='${title}'])`).click();
}

async function reportOf(page: Page): Promise<Report> {
  await page.waitForSelector('[data-testid=bench-chart] svg', { timeout: PATIENCE_MS });
  const link = await page.$eval('a[download]', ({ href }) => href);
  return JSON.parse(decodeURIComponent(link.slice(link.indexOf(',') + 1))) as Report;
}

interface Report {
  readonly format: string;
  readonly results: readonly {
    readonly name: string;
    readonly checkedTimesteps: number;
    readonly peers: readonly { readonly peer: string; readonly outcome: { readonly kind: string } }[];
  }[];
}

describeInBrowsers('the benchmark tab', (openPage) => {
  const demo = serveForSuite(openPage);

  /** null where there is no WebGPU to measure, which the page says. */
  async function openTab(width: number): Promise<OpenTab | null> {
    const tab = await demo.openTab('benchmark', width);
    await tab.page.waitForSelector('.benchmark, .message.notice', { timeout: PATIENCE_MS });
    return (await tab.page.$('.benchmark')) === null ? null : tab;
  }

  it('runs the short form, and shows times, a chart and JSON at either width', async () => {
    const tab = await openTab(1280);
    if (tab === null) return;
    const { page, requests } = tab;
    await press(page, 'Short form');
    const { format, results } = await reportOf(page);
    expect(format).toBe('octogate-bench');
    const names = results.map(({ name }) => name);
    expect(names).toEqual(['S2', 'S7', 'digits', 'characters']);
    expect(results.every(({ checkedTimesteps }) => checkedTimesteps > 0)).toBe(true);
    const rows = await page.$$eval('[data-testid=bench-table] tbody th', (cells) =>
      cells.map(({ textContent }) => textContent),
    );
    expect(rows).toEqual(names);
    expect(requests.filter((url) => url.includes('/peers/'))).toEqual([]);
    await demo.lookAt(page, 'benchmark', 1280);
    await page.setViewport({ width: 390, height: 900 });
    await demo.lookAt(page, 'benchmark', 390);
  });

  it('loads other runtimes when it is asked to, from where the page is, and times them', async () => {
    const tab = await openTab(1280);
    if (tab === null) return;
    const { page, requests } = tab;
    await page.click('.compare input');
    await press(page, 'Short form');
    const { results } = await reportOf(page);
    const timed = results
      .flatMap(({ name, peers }) => peers.map(({ peer, outcome }) => `${name} ${peer} ${outcome.kind}`))
      .filter((line) => line.endsWith('timed'));
    // Those on WebGPU may take more than their time on a software adapter.
    for (const line of ['S2 ort-wasm timed', 'S2 ort-wasm-int8 timed', 'S7 ort-wasm timed'])
      expect(timed).toContain(line);
    expect(results.flatMap(({ peers }) => peers).map(({ outcome }) => outcome.kind)).not.toContain('failed');
    expect(await waitForText(page, 'bench-peers', /./)).toMatch(/onnxruntime-web [\d.]+, WebGPU.*TensorFlow/);
    expect(demo.foreign(requests)).toEqual([]);
    await demo.lookAt(page, 'benchmark-peers', 1280);
    await page.setViewport({ width: 390, height: 900 });
    await demo.lookAt(page, 'benchmark-peers', 390);
  });

  it('is cancelled at once, whatever it does, and runs again, also without a network', async () => {
    const tab = await openTab(390);
    if (tab === null) return;
    const { page } = tab;
    await page.waitForNetworkIdle({ timeout: PATIENCE_MS });
    await page.setOfflineMode(true).catch(() => page.setRequestInterception(true));
    const cancelAt = async (form: string, pattern: RegExp): Promise<void> => {
      await press(page, form);
      await waitForText(page, 'bench-status', pattern);
      await press(page, 'Cancel');
      await waitForText(page, 'bench-status', /Not run yet/);
    };
    await cancelAt('Long form', /ceilings/);
    await cancelAt('Long form', /S1: first call/);
    await cancelAt('Short form', /S2: first call/);
    expect(await page.$('[role=alert]')).toBeNull();
  });
});
