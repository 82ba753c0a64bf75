import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll } from 'vitest';
import { ROOT } from '../../support/repository';

/** What a user sees of a command. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the CLI in a process of its own, as `npm run -s octogate -- ARGS` does. */
export function octogate(...args: readonly string[]): Promise<Outcome> {
  return octogateIn({}, ...args);
}

/** Runs the CLI with more environment variables. */
export async function octogateIn(
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Outcome> {
  const child = spawn(process.execPath, [join(ROOT, 'scripts/octogate.mjs'), ...args], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

/** The last line of an output. */
export function lastLine(output: string): string {
  return output.trimEnd().split('\n').at(-1) ?? '';
}

/** A folder for a suite's files; gone after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'octogate-cli-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

export const CONFORMANCE = join(ROOT, '../shared/conformance');

/** A conformance case that a test may change. */
export function copyCase(name: string, folder: string): string {
  cpSync(join(CONFORMANCE, name), folder, { recursive: true });
  return folder;
}
