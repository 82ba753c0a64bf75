import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import puppeteer, { type Browser, type LaunchOptions, type Page } from 'puppeteer-core';
import { afterEach, beforeAll, describe, expect } from 'vitest';
import { hasBundledChromium, unpackBundledBrowser } from '../../scripts/bundled-chromium.mjs';

export type BrowserName = 'chromium' | 'firefox';

const BROWSER_NAMES: readonly BrowserName[] = ['chromium', 'firefox'];

/** Comma-separated names of the browsers to test in; `none` is the one way to let a run pass without any. */
const BROWSERS_VARIABLE = 'OCTOGATE_TEST_BROWSERS';

/** `system` or `bundled`; without it a system Chromium is taken where there is one. */
const CHROMIUM_VARIABLE = 'OCTOGATE_TEST_CHROMIUM';

/** Chromium warns of a WebGPU validation error that nobody caught; Firefox says nothing. */
const PROBLEM_TYPES: readonly string[] = ['error', 'warn'];

/** Raised when a browser under test is not on this machine; says what to install. */
export class MissingBrowserError extends Error {
  override readonly name = 'MissingBrowserError';
}

/**
 * A suite in each browser under test: Chromium, unless the caller names others. A browser that is missing fails its suite,
 * and so does an uncaught error, or an error or warning on the console, in a page that the suite has opened.
 *
 * @param body Defines the tests; `openPage` loads a page once they run, and closes it after the test.
 */
export function describeInBrowsers(
  name: string,
  body: (openPage: (url: string) => Promise<Page>) => void,
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
      browser = await launchBrowser(browserName);
      return () => browser.close();
    });
    afterEach(async () => {
      await Promise.all(pages.splice(0).map((page) => page.close()));
      expect(problems.splice(0), 'errors in the page').toEqual([]);
    });
    body(async (url) => {
      const page = await browser.newPage();
      pages.push(page);
      page.on('console', (message) => {
        if (PROBLEM_TYPES.includes(message.type())) problems.push(message.text());
      });
      page.on('pageerror', (error) => {
        problems.push(error instanceof Error ? error.message : String(error));
      });
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

/**
 * Starts a headless browser in which pages on localhost have WebGPU.
 *
 * @throws {MissingBrowserError} if this machine does not have it.
 */
export async function launchBrowser(name: BrowserName): Promise<Browser> {
  return puppeteer.launch(name === 'firefox' ? firefoxOptions() : await chromiumOptions());
}

/**
 * Of the software adapters Chromium offers pages none but its own SwiftShader. It was tried headless with lavapipe as the
 * only system driver (versions 147 and 156; `--use-webgpu-adapter=default`, `--enable-features=Vulkan`,
 * `--use-vulkan=native`, `--use-angle=vulkan` and `=gl`, `--disable-software-rasterizer`, `--ignore-gpu-blocklist`): the
 * answer was SwiftShader or no adapter at all. It is named here so that a machine with a GPU runs the same tests.
 */
const CHROMIUM_FLAGS = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--no-sandbox',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

async function chromiumOptions(): Promise<LaunchOptions> {
  const choice = process.env[CHROMIUM_VARIABLE];
  const system =
    choice === 'bundled' ? undefined : findOnPath(['chromium', 'google-chrome-stable', 'google-chrome']);
  if (system !== undefined) return { executablePath: system, headless: true, args: CHROMIUM_FLAGS };
  if (choice !== 'system' && hasBundledChromium()) {
    const { executable, environment } = await unpackBundledBrowser();
    return {
      executablePath: executable,
      headless: 'shell',
      args: CHROMIUM_FLAGS,
      env: { ...process.env, ...environment },
    };
  }
  throw new MissingBrowserError(
    'no Chromium: install one (Debian: `apt install chromium`), or development dependencies with `npm install` on Linux x64, ' +
      `where @sparticuz/chromium carries one; or name the browsers to test in with ${BROWSERS_VARIABLE}`,
  );
}

/** Firefox runs WebGPU headless on any Vulkan driver that it finds, lavapipe and SwiftShader included. */
function firefoxOptions(): LaunchOptions {
  const executablePath = findOnPath(['firefox-esr', 'firefox']);
  if (executablePath === undefined) {
    throw new MissingBrowserError(
      'no Firefox: install one (Debian: `apt install firefox-esr`), ' +
        `or name the browsers to test in with ${BROWSERS_VARIABLE}`,
    );
  }
  return {
    browser: 'firefox',
    executablePath,
    headless: true,
    extraPrefsFirefox: { 'dom.webgpu.enabled': true, 'gfx.webgpu.ignore-blocklist': true },
  };
}

function findOnPath(commands: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return commands
    .flatMap((command) => folders.map((folder) => join(folder, command)))
    .find((path) => isExecutable(path));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
