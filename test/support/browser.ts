import type { Browser, Page } from 'puppeteer-core';
import { afterEach, beforeAll, describe, expect } from 'vitest';
import type { BrowserName, BrowserSetup } from '../../scripts/browser/launch-browser';
import { BROWSERS_VARIABLE, launchBrowser, watchPage } from '../../scripts/browser/launch-browser';

const BROWSER_NAMES: readonly BrowserName[] = ['chromium', 'firefox'];

/**
 * A suite in each browser under test: Chromium, unless the caller names others. A browser that is missing fails its suite,
 * and so does an uncaught error, or an error or warning on the console, in a page that the suite has opened.
 *
 * @param body Defines the tests; `openPage` loads a page once they run, and closes it after the test.
 */
export function describeInBrowsers(
  name: string,
  body: (openPage: (url: string) => Promise<Page>) => void,
  setup: BrowserSetup = {},
): void {
  const browsers = browsersUnderTest();
  if (browsers.length === 0) {
    describe.skip(`${name} (skipped: ${BROWSERS_VARIABLE}=none)`, () => {
      body(() => Promise.reject(new Error('a skipped test has no browser')));
    });
  }
  describe.each(browsers)(`${name} (%s)`, (browserName) => {
    let browser: Browser;
    const pages: Page[] = [];
    const problems: string[] = [];
    beforeAll(async () => {
      browser = await launchBrowser(browserName, setup);
      return () => browser.close();
    });
    afterEach(async () => {
      await Promise.all(pages.splice(0).map((page) => page.close()));
      expect(problems.splice(0), 'errors in the page').toEqual([]);
    });
    body(async (url) => {
      const page = await browser.newPage();
      pages.push(page);
      watchPage(page, (problem) => problems.push(problem));
      await page.goto(url);
      return page;
    });
  });
}

/** @throws {RangeError} if the variable names a browser that is not known. */
function browsersUnderTest(): readonly BrowserName[] {
  const text = process.env[BROWSERS_VARIABLE] ?? 'chromium';
  if (text === 'none') return [];
  return text.split(',').map((word) => {
    const name = BROWSER_NAMES.find((known) => known === word.trim());
    if (name !== undefined) return name;
    throw new RangeError(
      `${BROWSERS_VARIABLE}: "${word}" is none of ${BROWSER_NAMES.join(', ')}; or say none`,
    );
  });
}
