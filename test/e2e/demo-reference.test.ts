import type { Page } from 'puppeteer-core';
import { describe, expect, it } from 'vitest';
import { describeInBrowsers } from '../support/browser';
import { PATIENCE_MS, serveForSuite, textOf, waitForText, WIDTHS } from './demo-page';

async function click(page: Page, selector: string): Promise<void> {
  const button = await page.waitForSelector(`${selector}:not(:disabled)`, { timeout: PATIENCE_MS });
  await button!.click();
}

describeInBrowsers(
  'the demo page without WebGPU',
  (openPage) => {
    const demo = serveForSuite(openPage);

    /** The head and a notice say what the page runs on. */
    async function openTab(tab: string, width: number): Promise<Page> {
      const { page } = await demo.openTab(tab, width);
      await waitForText(page, 'adapter', /this browser has no WebGPU|WebGPU offers no adapter/);
      expect(await textOf(page, 'missing')).toMatch(/WebGPU is missing here.*integer CPU reference/);
      expect(await page.$eval('.status', (status) => status.textContent)).toMatch(/CPU reference/);
      return page;
    }

    describe.each(WIDTHS)('at %i pixels', (width) => {
      it('reads digits on the reference', async () => {
        const page = await openTab('digits', width);
        await click(page, 'button[aria-label="sample 3"]');
        await waitForText(page, 'digit', /3/);
        expect(await textOf(page, 'figures')).toMatch(/integer reference on the CPU/);
        await demo.lookAt(page, 'reference-digits', width);
      });
    });

    it('writes on the reference', async () => {
      const page = await openTab('text', 390);
      await click(page, 'button[type=submit]');
      await waitForText(page, 'integer', /^And God said, [^]{30}/);
      expect(await page.$eval('article h2', (title) => title.textContent)).toBe(
        'Integers, on the CPU reference',
      );
      await demo.lookAt(page, 'reference-text', 390);
    });

    it('takes noise out on the reference', async () => {
      const page = await openTab('noise', 390);
      await click(page, '.noise button[type=submit]');
      await waitForText(page, 'activity', /^Done: the sample/);
      expect(await textOf(page, 'path')).toMatch(/integer reference on the CPU/);
      await demo.lookAt(page, 'reference-noise', 390);
    });

    it('runs the visitor’s model on the reference', async () => {
      const page = await openTab('model', 390);
      await click(page, '[data-testid=sample-digits]');
      await click(page, '.run button[type=submit]');
      expect(await waitForText(page, 'run', /28 timesteps/)).toMatch(/integer reference on the CPU/);
      expect(await page.$eval('.run', (panel) => panel.textContent)).toMatch(/This is the reference/);
      await demo.lookAt(page, 'reference-model', 390);
    });

    it('says that there is no GPU to measure', async () => {
      const page = await openTab('benchmark', 390);
      await page.waitForFunction(
        () => document.querySelector('main')!.innerText.includes('measures WebGPU, which is missing here'),
        { timeout: PATIENCE_MS },
      );
      await demo.lookAt(page, 'reference-benchmark', 390);
    });
  },
  { webGpu: false },
);
