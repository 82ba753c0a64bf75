import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import puppeteer, { type Browser, type LaunchOptions, type Page } from 'puppeteer-core';
import { hasBundledChromium, unpackBundledBrowser } from '../bundled-chromium.mjs';

export type BrowserName = 'chromium' | 'firefox';

/** Comma-separated names of the browsers to test in; `none` is the one way to let a run pass without any. */
export const BROWSERS_VARIABLE = 'OCTOGATE_TEST_BROWSERS';

/** `system` or `bundled`; without it a system Chromium is taken where there is one. */
const CHROMIUM_VARIABLE = 'OCTOGATE_TEST_CHROMIUM';

/** Chromium warns of a WebGPU validation error that nobody caught; Firefox says nothing. */
const PROBLEM_TYPES: readonly string[] = ['error', 'warn'];

/** Raised when a browser under test is not on this machine; says what to install. */
export class MissingBrowserError extends Error {
  override readonly name = 'MissingBrowserError';
}

/** Tells of every uncaught error, and of errors and warnings on the console, of a page. */
export function watchPage(page: Page, onProblem: (problem: string) => void): void {
  page.on('console', (message) => {
    if (PROBLEM_TYPES.includes(message.type())) onProblem(message.text());
  });
  page.on('pageerror', (error) => {
    onProblem(error instanceof Error ? error.message : String(error));
  });
}

/** A page may compute for minutes before it answers; the default, three, was too little on a busy machine. */
const LONGEST_ANSWER_MS = 900_000;

export interface BrowserSetup {
  /** Whether pages find a WebGPU adapter; default true. */
  readonly webGpu?: boolean;
  /** Whether pages are told that people prefer dark colours and no motion; default false. */
  readonly isDarkAndStill?: boolean;
}

/**
 * Starts a headless browser in which pages on localhost have WebGPU.
 *
 * @throws {MissingBrowserError} if this machine does not have it.
 */
export async function launchBrowser(
  name: BrowserName,
  { webGpu = true, isDarkAndStill = false }: BrowserSetup = {},
): Promise<Browser> {
  const options =
    name === 'firefox'
      ? firefoxOptions(webGpu, isDarkAndStill)
      : await chromiumOptions(webGpu, isDarkAndStill);
  return puppeteer.launch({ ...options, protocolTimeout: LONGEST_ANSWER_MS });
}

/**
 * Of the software adapters Chromium offers pages none but its own SwiftShader. It was tried headless with lavapipe as the
 * only system driver (versions 147 and 156; `--use-webgpu-adapter=default`, `--enable-features=Vulkan`,
 * `--use-vulkan=native`, `--use-angle=vulkan` and `=gl`, `--disable-software-rasterizer`, `--ignore-gpu-blocklist`): the
 * answer was SwiftShader or no adapter at all. It is named here so that a machine with a GPU runs the same tests.
 */
const WEBGPU_FLAGS = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
/** Chromium then has `navigator.gpu` and no adapter, Firefox neither. */
const NO_WEBGPU_FLAGS = ['--disable-gpu'];
/** For pages that cannot be told later, as Firefox's cannot; Chromium is told the same way. */
const DARK_AND_STILL_FLAGS = ['--blink-settings=preferredColorScheme=0', '--force-prefers-reduced-motion'];
const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A microphone that beeps, and nobody who has to allow it.
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];

async function chromiumOptions(webGpu: boolean, isDarkAndStill: boolean): Promise<LaunchOptions> {
  const args = [
    ...(webGpu ? WEBGPU_FLAGS : NO_WEBGPU_FLAGS),
    ...(isDarkAndStill ? DARK_AND_STILL_FLAGS : []),
    ...CHROMIUM_FLAGS,
  ];
  const choice = process.env[CHROMIUM_VARIABLE];
  const system =
    choice === 'bundled' ? undefined : findOnPath(['chromium', 'google-chrome-stable', 'google-chrome']);
  if (system !== undefined) return { executablePath: system, headless: true, args };
  if (choice !== 'system' && hasBundledChromium()) {
    const { executable, environment } = await unpackBundledBrowser();
    return {
      executablePath: executable,
      headless: 'shell',
      args,
      env: { ...process.env, ...environment },
    };
  }
  throw new MissingBrowserError(
    'no Chromium: install one (Debian: `apt install chromium`), or development dependencies with `npm install` on Linux x64, ' +
      `where @sparticuz/chromium carries one; or name the browsers to test in with ${BROWSERS_VARIABLE}`,
  );
}

/** Firefox runs WebGPU headless on any Vulkan driver that it finds, lavapipe and SwiftShader included. */
function firefoxOptions(webGpu: boolean, isDarkAndStill: boolean): LaunchOptions {
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
    extraPrefsFirefox: {
      'dom.webgpu.enabled': webGpu,
      'gfx.webgpu.ignore-blocklist': true,
      // 0 is dark, 1 is light.
      'layout.css.prefers-color-scheme.content-override': isDarkAndStill ? 0 : 1,
      'ui.prefersReducedMotion': Number(isDarkAndStill),
    },
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
