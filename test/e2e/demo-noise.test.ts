import { readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeInBrowsers } from '../support/browser';
import { ROOT } from '../support/repository';
import { PATIENCE_MS, serveForSuite, textOf, waitForText, WIDTHS } from './demo-page';

const NOISY = `${ROOT}demo/assets/noise/noisy.wav`;
/** Bytes of a WAV file's head, and of a second of the clip. */
const [HEAD_BYTES, SECOND_BYTES] = [44, 32_000];
const FILES = `${ROOT}test-output/noise`;
/** Frames of the clip and of the silence behind it. */
const CLIP_FRAMES = '1,253';

/** The clip's first seconds, as a file of its own. */
function shortened(seconds: number): Buffer {
  const bytes = Buffer.from(readFileSync(NOISY).subarray(0, HEAD_BYTES + seconds * SECOND_BYTES));
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.writeUInt32LE(seconds * SECOND_BYTES, HEAD_BYTES - 4);
  return bytes;
}

async function clickButton(page: Page, text: string): Promise<void> {
  await page.locator(`::-p-xpath(//button[normalize-space()="${text}"])`).setTimeout(PATIENCE_MS).click();
}

function isFirefox(page: Page): Promise<boolean> {
  return page
    .browser()
    .version()
    .then((version) => version.startsWith('firefox'));
}

/** Frame by frame as a live stream, but in Firefox, which looks for results every 100 ms only. */
async function denoiseSample(page: Page): Promise<void> {
  await page.waitForSelector('.noise select', { timeout: PATIENCE_MS });
  await page.select('.noise select', (await isFirefox(page)) ? '8' : '1');
  await clickButton(page, 'Denoise the sample');
}

/** Colours that a picture has, by the words on it. */
function colorsOf(page: Page, label: string): Promise<number> {
  return page.$eval(`canvas[aria-label^="${label}"]`, (canvas) => {
    const { width, height } = canvas;
    const pixels = canvas.getContext('2d')!.getImageData(0, 0, width, height);
    return new Set(new Uint32Array(pixels.data.buffer)).size;
  });
}

/** Lets a file fall on the tab, as from a folder. */
async function drop(page: Page, name: string, bytes: Buffer): Promise<void> {
  await page.waitForSelector('.noise', { timeout: PATIENCE_MS });
  await page.evaluate(
    (fileName, base64) => {
      const content = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([content], fileName));
      document
        .querySelector('.noise')!
        .dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    },
    name,
    bytes.toString('base64'),
  );
}

describeInBrowsers('noise suppression', (openPage) => {
  const demo = serveForSuite(openPage);
  beforeAll(() => {
    mkdirSync(FILES, { recursive: true });
  });

  it.each(WIDTHS)('takes noise out of the clip that the page comes with, at %i pixels', async (width) => {
    const { page, requests } = await demo.openTab('noise', width);
    await denoiseSample(page);
    await waitForText(page, 'activity', /^Done: the sample/);
    const [before, after] = (await textOf(page, 'quality')).match(/-?[\d.]+/g)!.map(Number);
    expect(after! - before!).toBeGreaterThan(3);
    expect(await textOf(page, 'late')).toMatch(new RegExp(`^[\\d,]+ of ${CLIP_FRAMES}$`));
    expect(await textOf(page, 'frame-time')).toMatch(/^[\d.]+ ms of 8 ms$/);
    expect(await textOf(page, 'speed')).toMatch(/^[\d.]+ × real time$/);
    for (const side of ['Before', 'After']) {
      expect(await colorsOf(page, `${side}: spectrogram of 10.0 s`), side).toBeGreaterThan(100);
      const path = await page.$eval(`svg[aria-label^="${side}: waveform of 10.0 s"] path`, (element) =>
        element.getAttribute('d'),
      );
      expect(new Set(path!.match(/,[\d.]+/g)).size, side).toBeGreaterThan(100);
    }
    await demo.lookAt(page, 'noise', width);
    expect(demo.foreign(requests)).toEqual([]);
  });

  it('plays before and after, by the keyboard too, and seeks', async () => {
    const { page } = await demo.openTab('noise', 1280);
    await drop(page, 'short.wav', shortened(3));
    await waitForText(page, 'activity', /^Done: short.wav/);
    await page.focus('.play');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('.play')?.textContent === 'Pause');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('.play')?.textContent === 'Play');
    await page.focus('.sides input:checked');
    await page.keyboard.press('ArrowLeft');
    await page.waitForSelector('.sound.heard canvas[aria-label^="Before"]');
    await page.focus('.seek');
    await page.keyboard.press('End');
    await page.waitForFunction(() => document.querySelector('.clock')?.textContent === '3.0 / 3.0 s');
  });

  it('takes a file, dropped or chosen, and several frames in a call', async () => {
    const { page } = await demo.openTab('noise', 1280);
    await drop(page, 'short.wav', shortened(2));
    await waitForText(page, 'activity', /^Done: short.wav/);
    expect(await textOf(page, 'quality')).toBe('–');
    writeFileSync(join(FILES, 'chosen.wav'), shortened(1));
    await page.select('.noise select', '32');
    const [chooser] = await Promise.all([page.waitForFileChooser(), page.click('.noise .choose')]);
    await chooser.accept([join(FILES, 'chosen.wav')]);
    await waitForText(page, 'activity', /^Done: chosen.wav/);
    expect(await textOf(page, 'late')).toMatch(/ of 128$/);
  });

  it('says what is wrong with a file that is no sound, and goes on', async () => {
    const { page } = await demo.openTab('noise', 1280);
    await drop(page, 'letter.wav', Buffer.from('This is no sound.'));
    await page.waitForSelector('.noise .problem', { timeout: PATIENCE_MS });
    expect(await page.$eval('.noise .problem p', ({ textContent }) => textContent)).toBe(
      'letter.wav is no sound that this browser can decode; WAV always works',
    );
    await demo.lookAt(page, 'noise-problem', 1280);
    await page.setViewport({ width: 390, height: 900 });
    await demo.lookAt(page, 'noise-problem', 390);
    await drop(page, 'short.wav', shortened(1));
    await waitForText(page, 'activity', /^Done: short.wav/);
    expect(await page.$('.noise .problem')).toBeNull();
    // What nobody needs to read any more goes away by a key, too.
    await drop(page, 'letter.wav', Buffer.from('This is no sound.'));
    await page.waitForSelector('.noise .problem', { timeout: PATIENCE_MS });
    await page.focus('.noise .problem button');
    await page.keyboard.press('Enter');
    expect(await page.$('.noise .problem')).toBeNull();
  });

  it('is cancelled, and does the next clip from the start', async () => {
    const { page } = await demo.openTab('noise', 1280);
    await denoiseSample(page);
    await page.waitForFunction(() => document.querySelector('progress')!.value > 0.02, {
      timeout: PATIENCE_MS,
    });
    await clickButton(page, 'Cancel');
    await waitForText(page, 'activity', /^Cancelled: the sample/);
    expect(await page.$('.play:disabled')).not.toBeNull();
    await drop(page, 'short.wav', shortened(1));
    await waitForText(page, 'activity', /^Done: short.wav/);
  });

  it('goes on after a lost device, with what it would have been', async () => {
    const { page } = await demo.openTab('noise', 1280);
    await denoiseSample(page);
    await page.waitForFunction(() => document.querySelector('progress')!.value > 0.1, {
      timeout: PATIENCE_MS,
    });
    await clickButton(page, 'Lose the GPU device');
    await page.waitForSelector('.noise .notice', { timeout: PATIENCE_MS });
    await waitForText(page, 'activity', /^Done: the sample/);
    const interrupted = await textOf(page, 'quality');
    await denoiseSample(page);
    await waitForText(page, 'activity', /^Denoising/);
    await waitForText(page, 'activity', /^Done: the sample/);
    expect(await textOf(page, 'quality')).toBe(interrupted);
    expect(await page.$('.noise .notice')).toBeNull();
  });

  describe('live', () => {
    it('takes noise out of a microphone and counts its frames', async ({ skip }) => {
      const { page } = await demo.openTab('noise', 1280);
      if (await isFirefox(page)) skip('without a sound output, Firefox starts no audio graph');
      await clickButton(page, 'Use the microphone');
      await waitForText(page, 'late', / of [1-9][\d,]{2,}$/);
      await clickButton(page, 'Lose the GPU device');
      await page.waitForSelector('.noise .notice', { timeout: PATIENCE_MS });
      await clickButton(page, 'Stop');
      await waitForText(page, 'activity', /^Done: microphone/);
      expect(await colorsOf(page, 'Before: spectrogram')).toBeGreaterThan(20);
      expect(await textOf(page, 'late')).toMatch(/^[\d,]+ of [\d,]+$/);
      await demo.lookAt(page, 'noise-live', 1280);
    });
  });
});
