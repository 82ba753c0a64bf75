import type { Page } from 'puppeteer-core';
import { describe, expect, it } from 'vitest';
import { describeInBrowsers } from '../support/browser';
import { PATIENCE_MS, serveForSuite, textOf, waitForText, WIDTHS } from './demo-page';

/** A handwritten 3, in shares of the board's side. */
const THREE: readonly (readonly [number, number])[] = [
  [0.3, 0.25],
  [0.42, 0.17],
  [0.58, 0.18],
  [0.66, 0.28],
  [0.6, 0.4],
  [0.46, 0.47],
  [0.6, 0.52],
  [0.69, 0.63],
  [0.64, 0.77],
  [0.48, 0.84],
  [0.3, 0.77],
];

async function drawThree(page: Page): Promise<void> {
  const board = await page.waitForSelector('.board', { timeout: PATIENCE_MS });
  const box = await board!.boundingBox();
  const place = ([x, y]: readonly [number, number]) =>
    [box!.x + x * box!.width, box!.y + y * box!.height] as const;
  const [first, ...rest] = THREE;
  await page.mouse.move(...place(first!));
  await page.mouse.down();
  for (const point of rest) await page.mouse.move(...place(point), { steps: 4 });
  await page.mouse.up();
}

describeInBrowsers('the demo page', (openPage) => {
  const demo = serveForSuite(openPage);

  describe.each(WIDTHS)('at %i pixels', (width) => {
    it('sees a 3 in a drawn 3, and shows what the LSTM computed', async () => {
      const { page, requests } = await demo.openTab('digits', width);
      await drawThree(page);
      await waitForText(page, 'figures', /µs per timestep/);
      await waitForText(page, 'digit', /3/);
      expect(await page.$$('.heat-map')).toHaveLength(6);
      await demo.lookAt(page, 'digits', width);
      expect(demo.foreign(requests)).toEqual([]);
    });

    it('writes text in integers and floats', async () => {
      const { page } = await demo.openTab('text', width);
      await page.waitForSelector('button[type=submit]', { timeout: PATIENCE_MS });
      await page.click('button[type=submit]');
      await waitForText(page, 'integer', /^And God said, [^]{60}/);
      await demo.lookAt(page, 'text', width);
      const [integer, float] = [await textOf(page, 'integer'), await textOf(page, 'float')];
      expect(float.length).toBeGreaterThan(60);
      // The first characters are as likely in integers as in floats.
      expect(integer.slice(0, 20)).toBe(float.slice(0, 20));
    });
  });

  it('compares every stage with the reference, and reports a fault that it was given', async () => {
    const { page } = await demo.openTab('digits', 1280);
    await page.waitForSelector('button[aria-label="sample 7"]:not(:disabled)', { timeout: PATIENCE_MS });
    await page.click('button[aria-label="sample 7"]');
    await waitForText(page, 'digit', /7/);
    await page.click('.check button');
    expect(await waitForText(page, 'check', /differ/)).toMatch(
      /^0 of [1-9][\d,]+ values differ from the reference\.$/,
    );
    await page.click('.check input');
    await page.click('.check button');
    expect(await waitForText(page, 'check', /Mismatch/)).toMatch(
      /timestep \d+, batch row 0, unit \d+, .* gate activation: got -?\d+, the reference says -?\d+/,
    );
  });

  it('is drawn on with the keyboard', async () => {
    const { page } = await demo.openTab('digits', 1280);
    await page.waitForSelector('.board', { timeout: PATIENCE_MS });
    await page.focus('.board');
    await page.keyboard.press(' ');
    for (let step = 0; step < 15; step++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press(' ');
    expect(await waitForText(page, 'digit', /\d/)).toBe('1');
    await page.keyboard.press('Delete');
    await waitForText(page, 'digit', /…/);
  });

  async function startWriting(): Promise<Page> {
    const { page } = await demo.openTab('text', 1280);
    await page.waitForSelector('button[type=submit]', { timeout: PATIENCE_MS });
    await page.click('button[type=submit]');
    await waitForText(page, 'integer', /^And God said, [^]{40}/);
    return page;
  }

  /** A loss is told, and the text is the one that is written without it. */
  async function expectSameText(page: Page): Promise<void> {
    await waitForText(page, 'lost', /was lost and replaced; the text went on from its last state/);
    await waitForText(page, 'integer', /^And God said, [^]{200}/);
    const interrupted = await textOf(page, 'integer');
    await page.click('.text .row button[type=button]');
    await page.waitForSelector('button[type=submit]:not(:disabled)', { timeout: PATIENCE_MS });
    await page.click('button[type=submit]');
    await waitForText(page, 'integer', /^And God said, [^]{200}/);
    expect(await textOf(page, 'lost')).toBe('');
    const written = await textOf(page, 'integer');
    const length = Math.min(written.length, interrupted.length);
    expect(written.slice(0, length)).toBe(interrupted.slice(0, length));
  }

  it('goes on after a lost device, from the text’s last state', async () => {
    const page = await startWriting();
    await page.click('.text .quiet');
    await expectSameText(page);
    await demo.lookAt(page, 'text-lost', 1280);
  });

  it('goes on after the browser’s GPU process has crashed', async ({ skip }) => {
    const page = await startWriting();
    if (/firefox/i.test(await page.browser().version())) skip('Firefox has no page that crashes it');
    const other = await page.browser().newPage();
    const session = await other.createCDPSession();
    // Chromium crashes for nobody but who writes this into its address bar.
    await session.send('Page.navigate', { url: 'chrome://gpucrash', transitionType: 'address_bar' });
    await page.bringToFront();
    await expectSameText(page);
    await other.close();
  });

  it.each(['digits', 'text', 'noise', 'model', 'benchmark'])('is used by keys alone: %s', async (tab) => {
    const { page } = await demo.openTab(tab, 1280);
    await page.waitForSelector(`#panel-${tab} button:not(:disabled)`, { timeout: PATIENCE_MS });
    // What a key can reach, from the top of the page on; of radio buttons, the chosen one.
    const expected = await page.$$eval(
      'button, input, select, summary, a[href], [tabindex="0"]',
      (elements) =>
        elements
          .filter((element) => element instanceof HTMLElement && element.tabIndex >= 0)
          .filter((element) => element.checkVisibility())
          .filter((element) => !element.matches(':disabled, .idle *, [type=radio]:not(:checked)'))
          .map((element, index) => {
            element.setAttribute('data-stop', String(index));
            return String(index);
          }),
    );
    const stops: string[] = [];
    while (stops.length < expected.length) {
      await page.keyboard.press('Tab');
      const [stop, outlinePixels] = await page.evaluate(() => {
        const focused = document.activeElement!;
        // The button that opens files is a label around its input.
        const shown = focused.closest('label.choose') ?? focused;
        const { outlineStyle, outlineWidth } = getComputedStyle(shown);
        const pixels = outlineStyle === 'none' ? 0 : Number.parseFloat(outlineWidth);
        return [focused.getAttribute('data-stop') ?? focused.outerHTML, pixels] as const;
      });
      stops.push(stop);
      expect(outlinePixels, `one sees where the focus is: ${stop}`).toBeGreaterThanOrEqual(2);
    }
    expect(stops).toEqual(expected);
    await page.focus(`#tab-${tab}`);
    await page.keyboard.press('Home');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('tab-digits');
    await page.keyboard.press('ArrowRight');
    expect(await page.evaluate(() => location.hash)).toBe('#text');
  });

  it('needs no network once it is loaded', async () => {
    const { page } = await demo.openTab('digits', 1280);
    await page.waitForSelector('button[aria-label="sample 3"]:not(:disabled)', { timeout: PATIENCE_MS });
    await page.setOfflineMode(true).catch(() => page.setRequestInterception(true));
    await page.click('button[aria-label="sample 3"]');
    expect(await waitForText(page, 'digit', /\d/)).toBe('3');
    await page.click('#tab-text');
    await page.click('button[type=submit]');
    await waitForText(page, 'integer', /^And God said, [^]{20}/);
    await page.click('#tab-digits');
    await page.waitForSelector('button[aria-label="sample 4"]:not(:disabled)', { timeout: PATIENCE_MS });
    await page.click('button[aria-label="sample 4"]');
    await waitForText(page, 'digit', /4/);
    expect(await page.$('[role=alert]')).toBeNull();
  });
});
