import type { Page } from 'puppeteer-core';
import { beforeAll, expect, it } from 'vitest';
import { buildIfStale } from '../../scripts/build-if-stale.mjs';
import { describeInBrowsers } from '../support/browser';
import type { PageServer } from '../support/page-server';
import { servePages } from '../support/page-server';

const PATIENCE_MS = 120_000;

async function outputOnce(page: Page, pattern: RegExp): Promise<string> {
  await page.waitForFunction(
    (source) => new RegExp(source).test(document.querySelector('output')?.value ?? ''),
    { timeout: PATIENCE_MS },
    pattern.source,
  );
  return page.$eval('output', ({ value }) => value);
}

/** Counts, in the page, the GPU buffers that were made and not destroyed. */
const COUNT_BUFFERS = `
  window.liveBuffers = new Set();
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    window.liveBuffers.add(buffer);
    return buffer;
  };
  const { destroy } = GPUBuffer.prototype;
  GPUBuffer.prototype.destroy = function () {
    window.liveBuffers.delete(this);
    destroy.call(this);
  };`;

describeInBrowsers('the examples', (openPage) => {
  let server: PageServer;
  beforeAll(async () => {
    await buildIfStale();
    server = await servePages('examples/vite.config.ts');
    return () => server.close();
  });

  it('write text in a page, the same everywhere', async () => {
    const page = await openPage(`${server.url}page/`);
    await page.waitForSelector('button:enabled', { timeout: PATIENCE_MS });
    await page.click('button');
    await page.waitForSelector('button:enabled', { timeout: PATIENCE_MS });
    expect(await outputOnce(page, /.{130}/)).toMatchInlineSnapshot(
      `"And God said, The LORD shall be a son of the sea, and the sea of the LORD thy God hath set thee the sea of the sea, and the sea of the"`,
    );
  });

  it('classify in a worker', async () => {
    const page = await openPage(`${server.url}worker/`);
    expect(await outputOnce(page, /\d/)).toBe('0 1 2 3 4 5 6 7 8 9');
  });

  it('listen to a microphone, frame by frame', async () => {
    const page = await openPage(`${server.url}microphone/`);
    await page.click('button');
    expect(await outputOnce(page, /^\d{2,} frames/)).toMatch(
      /^\d+ frames, \d+ pieces dropped; likeliest class \d$/,
    );
    await page.click('button');
    await page.waitForFunction(`document.querySelector('button').textContent === 'Listen'`, {
      timeout: PATIENCE_MS,
    });
  });

  it('load, run, abort and dispose in React, under StrictMode', async () => {
    const page = await openPage('about:blank');
    await page.evaluateOnNewDocument(COUNT_BUFFERS);
    await page.goto(`${server.url}react/`);
    expect(await outputOnce(page, /\d/)).toBe('1');
    await page.select('select', 'slash');
    expect(await outputOnce(page, /\d/)).toMatch(/[17]/);
    expect(await page.evaluate(`window.liveBuffers.size`)).toBeGreaterThan(0);
    await page.click('button');
    await page.waitForFunction(`window.liveBuffers.size === 0`, { timeout: PATIENCE_MS });
    await page.click('button');
    expect(await outputOnce(page, /\d/)).toBe('1');
  });
});
