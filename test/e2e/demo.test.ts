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
    await page.waitForSelector('button[aria-label="sample 7"]', { timeout: PATIENCE_MS });
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

  it('goes on after a lost device, from the text’s last state', async () => {
    const { page } = await demo.openTab('text', 1280);
    await page.waitForSelector('button[type=submit]', { timeout: PATIENCE_MS });
    await page.click('button[type=submit]');
    await waitForText(page, 'integer', /^And God said, [^]{40}/);
    await page.click('.quiet');
    await page.waitForSelector('.notice', { timeout: PATIENCE_MS });
    await waitForText(page, 'integer', /^And God said, [^]{200}/);
    const interrupted = await textOf(page, 'integer');
    await page.click('.text .row button[type=button]');
    await page.waitForSelector('button[type=submit]:not(:disabled)', { timeout: PATIENCE_MS });
    await page.click('button[type=submit]');
    await waitForText(page, 'integer', /^And God said, [^]{200}/);
    const length = Math.min(200, interrupted.length);
    expect((await textOf(page, 'integer')).slice(0, length)).toBe(interrupted.slice(0, length));
  });

  it('needs no network once it is loaded', async () => {
    const { page } = await demo.openTab('digits', 1280);
    await page.waitForSelector('button[aria-label="sample 3"]', { timeout: PATIENCE_MS });
    await page.setOfflineMode(true).catch(() => page.setRequestInterception(true));
    await page.click('button[aria-label="sample 3"]');
    expect(await waitForText(page, 'digit', /\d/)).toBe('3');
    await page.click('#tab-text');
    await page.click('button[type=submit]');
    await waitForText(page, 'integer', /^And God said, [^]{20}/);
  });
});
