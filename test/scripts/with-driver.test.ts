import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { driverEnvironment, parseDriverChoice } from '../../scripts/driver-environment.mjs';

const WITH_DRIVER = join(import.meta.dirname, '../../scripts/with-driver.mjs');

interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, [WITH_DRIVER, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  const chunks = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => (chunks.stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (chunks.stderr += chunk.toString()));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, ...chunks };
}

const run = (...args: string[]): Promise<Outcome> => outcomeOf(start(...args));
const node = (program: string): string[] => ['--', process.execPath, '--eval', program];

describe('with-driver', () => {
  test('ends with the exit code of the command', async () => {
    expect(await run(...node('process.exitCode = 7'))).toMatchObject({ code: 7, signal: null });
  });

  test('ends by the signal that ended the command', async () => {
    expect(await run(...node('process.kill(process.pid, "SIGKILL")'))).toMatchObject({ signal: 'SIGKILL' });
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('hands %s on to the command', async (signal) => {
    const child = start(
      ...node(`process.on('${signal}', () => { console.log('got it'); process.exit(3); });
               setInterval(() => {}, 1000); console.log('ready');`),
    );
    const outcome = outcomeOf(child);
    child.stdout?.once('data', () => child.kill(signal));
    expect(await outcome).toMatchObject({ code: 3, stdout: 'ready\ngot it\n' });
  });

  test('hands arguments on as they are', async () => {
    const { stdout } = await run(
      ...node('console.log(JSON.stringify(process.argv.slice(1)))'),
      '--',
      'a b',
      '*',
    );
    expect(JSON.parse(stdout)).toEqual(['a b', '*']);
  });

  test('exits with 2 and its usage on bad use', async () => {
    for (const args of [
      [],
      ['--driver', 'voodoo', '--', 'true'],
      ['--voodoo', '--', 'true'],
      ['--', '/nonexistent'],
    ]) {
      const { code, stderr } = await run(...args);
      expect(code).toBe(2);
      expect(stderr).toContain('usage: ');
    }
  });
});

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('driver environment', () => {
  const own = { VK_ADD_DRIVER_FILES: '/mine.json', LD_LIBRARY_PATH: '/mine', VK_DRIVER_FILES: '/other.json' };

  test('adds to what the caller has set', async () => {
    const environment = await driverEnvironment('auto', own);
    expect(environment['VK_ADD_DRIVER_FILES']).toMatch(/vk_swiftshader_icd\.json:\/mine\.json$/);
    expect(environment['LD_LIBRARY_PATH']).toMatch(/loader:\/mine$/);
    expect(environment['VK_DRIVER_FILES']).toBe('/other.json');
  });

  test('applied twice is applied once', async () => {
    for (const choice of ['auto', 'system', 'bundled'] as const) {
      const once = await driverEnvironment(choice, { LD_LIBRARY_PATH: '/mine' });
      expect(await driverEnvironment(choice, once)).toEqual(once);
    }
  });

  test('a later choice undoes an earlier one', async () => {
    const environment = { LD_LIBRARY_PATH: '/mine' };
    for (const later of ['auto', 'system', 'bundled'] as const) {
      for (const earlier of ['auto', 'system', 'bundled'] as const) {
        const nested = await driverEnvironment(later, await driverEnvironment(earlier, environment));
        expect(nested).toEqual(await driverEnvironment(later, environment));
      }
    }
  });

  test('system leaves only the note of the choice', async () => {
    expect(await driverEnvironment('system', own)).toEqual({ ...own, OCTOGATE_DRIVER: 'system' });
  });
});

test('a driver choice is one of three words, auto when absent', () => {
  expect(parseDriverChoice(undefined)).toBe('auto');
  expect(parseDriverChoice('bundled')).toBe('bundled');
  expect(() => parseDriverChoice('swiftshader')).toThrow('expected auto, system, bundled');
});
