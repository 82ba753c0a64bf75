import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchOptions, BenchReport, Peer } from '../../bench';
import { InputError } from '../../errors';

/** What a benchmark needs and no user of the library does: it lies in the repository, and not in the package. */
export interface BenchTools {
  /**
   * @param gpu where those that use WebGPU run
   * @param ids the wanted ones, all without it
   * @throws RangeError for an unknown one.
   */
  openPeers(gpu: GPU, ids: readonly string[] | undefined): OpenPeers;
  /**
   * Runs a benchmark in a page of a headless browser.
   *
   * @throws Error named MissingBrowserError if the machine does not have it; Error with what went wrong in the page.
   */
  runInBrowser(options: BrowserBenchOptions): Promise<BenchReport>;
}

export type BrowserName = 'chromium' | 'firefox';

export interface BrowserBenchOptions extends Omit<BenchOptions, 'gpu' | 'peers'> {
  readonly browser: BrowserName;
  /** Names of peers; null for none. */
  readonly peers: readonly string[] | 'all' | null;
}

export interface OpenPeers {
  readonly peers: readonly Peer[];
  close(): void;
}

const MODULE = join(import.meta.dirname, '../bench/tools.ts');

/**
 * Loads them from a checkout; Vite, a development dependency like the peers themselves, compiles them.
 *
 * @param option that asks for them, for the message
 * @throws InputError outside a checkout, or without development dependencies.
 */
export async function loadBenchTools(option: string): Promise<BenchTools> {
  if (!existsSync(MODULE)) throw new InputError(`${option}${ELSEWHERE}`);
  const { runnerImport } = await import('vite').catch((cause: unknown) => {
    throw new InputError(`${option}${ELSEWHERE}`, { cause });
  });
  const { module } = await runnerImport<BenchTools>(MODULE, { configFile: false });
  return module;
}

const ELSEWHERE =
  ' works in a checkout of the repository with its development dependencies (`npm install`) and not in the published package';
