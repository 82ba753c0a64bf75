import type { Page } from 'puppeteer-core';
import { describe, expect, it } from 'vitest';
import { describeInBrowsers } from '../support/browser';
import { PATIENCE_MS, serveForSuite, waitForText, WIDTHS } from './demo-page';

/** Elements that would move, were there a reason to. */
function moving(page: Page): Promise<number> {
  return page.$$eval('*', (elements) =>
    elements.reduce((count, element) => {
      const { transitionDuration, animationName } = getComputedStyle(element);
      return count + Number(Number.parseFloat(transitionDuration) > 0 || animationName !== 'none');
    }, 0),
  );
}

describeInBrowsers('the demo page for who asks for nothing', (openPage) => {
  const demo = serveForSuite(openPage);

  it('moves a little', async () => {
    const { page } = await demo.openTab('model', 1280);
    await page.waitForSelector('.drop', { timeout: PATIENCE_MS });
    expect(await moving(page)).toBeGreaterThan(0);
  });
});

describeInBrowsers(
  'the demo page for who asks for dark colours and less motion',
  (openPage) => {
    const demo = serveForSuite(openPage);

    it('holds still', async () => {
      const { page } = await demo.openTab('model', 1280);
      await page.waitForSelector('.drop', { timeout: PATIENCE_MS });
      expect(await moving(page)).toBe(0);
    });

    describe.each(WIDTHS)('at %i pixels', (width) => {
      it.each(['text', 'noise', 'model', 'benchmark'])('is dark: %s', async (tab) => {
        const { page } = await demo.openTab(tab, width);
        await page.waitForSelector(`#panel-${tab} button:not(:disabled)`, { timeout: PATIENCE_MS });
        expect(await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true);
        expect(await page.$eval('body', (body) => getComputedStyle(body).backgroundColor)).toBe(
          'rgb(17, 20, 27)',
        );
        await demo.lookAt(page, `preferences-${tab}`, width);
      });

      it('is dark with a digit read', async () => {
        const { page } = await demo.openTab('digits', width);
        await page.locator('button[aria-label="sample 3"]').setTimeout(PATIENCE_MS).click();
        await waitForText(page, 'digit', /3/);
        await demo.lookAt(page, 'preferences-digits', width);
      });
    });
  },
  { isDarkAndStill: true },
);
