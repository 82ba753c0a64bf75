import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, availableParallelism, cpus, loadavg, platform } from 'node:os';
import { dirname, join } from 'node:path';
import type { BenchEnvironment } from '../../bench';

/** What Node knows about where it runs. */
export async function nodeEnvironment(): Promise<BenchEnvironment> {
  return {
    runtime: `Node ${process.versions.node}, Dawn for Node ${await dawnVersion()}`,
    machine: `${platform()} ${arch()}, ${(cpus()[0]?.model ?? 'unknown processor').trim()}`,
    processors: availableParallelism(),
    // Windows has none and says zeros.
    loadAverage: platform() === 'win32' ? null : loadavg(),
  };
}

async function dawnVersion(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('webgpu');
  const text = await readFile(join(dirname(entry), 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
