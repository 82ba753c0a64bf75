import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Peer } from '../../bench';
import { InputError } from '../../errors';

/** What a benchmark needs and no user of the library does: it lies in the repository, and not in the package. */
export interface BenchTools {
  /**
   * @param gpu where those that use WebGPU run
   * @param ids the wanted ones, all without it
   * @throws RangeError for an unknown one.
   */
  openPeers(gpu: GPU, ids: readonly string[] | undefined): OpenPeers;
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
