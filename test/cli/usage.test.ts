import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildIfStale } from '../../scripts/build-if-stale.mjs';
import { describeWithAdapter } from '../support/gpu';
import { readText, ROOT } from '../support/repository';
import { octogate, octogateIn } from './support/octogate';

beforeAll(buildIfStale);

const DIGITS = join(ROOT, 'models/digits.tflite');

describe('octogate', () => {
  it('has help on everything', async () => {
    const { code, stdout } = await octogate('--help');
    expect(code).toBe(0);
    const commands = [...stdout.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name!);
    expect(commands).toEqual(
      expect.arrayContaining(['adapters', 'inspect', 'run', 'diff', 'verify', 'demo']),
    );
    const helps = await Promise.all(
      [...commands.filter((name) => name !== 'help').map((name) => [name]), ['demo', 'digits']].map(
        (command) => octogate(...command, '--help'),
      ),
    );
    for (const help of helps) {
      expect(help.code).toBe(0);
      expect(help.stdout).toMatch(/^Usage: octogate [a-z]+[^\n]*\n\n[A-Z]/);
      for (const line of help.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    }
  });

  it('tells its version', async () => {
    const { version } = JSON.parse(readText('package.json')) as { version: string };
    expect(await octogate('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([
    ['an unknown command', ['frobnicate'], /unknown command 'frobnicate'/],
    ['an unknown option', ['verify', '.', '--fast'], /unknown option '--fast'/],
    ['a missing argument', ['inspect'], /missing required argument 'model'/],
    ['a missing option', ['run', DIGITS, '-o', '.'], /required option '-i, --input <file>' not specified/],
    ['one argument too many', ['inspect', DIGITS, DIGITS], /too many arguments/],
    ['an unknown choice', ['verify', '.', '--backend', 'cuda'], /Allowed choices are webgpu, reference/],
    ['a number that is none', ['inspect', DIGITS, '--batch', '2.5'], /A whole number of at least 1/],
  ])('refuses %s in one line, with exit code 2', async (_, args, expected) => {
    const { code, stdout, stderr } = await octogate(...args);
    expect(stderr).toMatch(/^octogate: [^\n]+\n$/);
    expect(stderr).toMatch(expected);
    expect([code, stdout]).toEqual([2, '']);
  });

  it('ends quietly when its reader has seen enough', () => {
    const pipeline = `${process.execPath} scripts/octogate.mjs inspect ${DIGITS} | head -n 1`;
    const { stdout, stderr } = spawnSync('bash', ['-c', pipeline], { cwd: ROOT, encoding: 'utf8' });
    expect(stdout).toBe(`${DIGITS} (${statSync(DIGITS).size} bytes)\n`);
    expect(stderr).toBe('');
  });
});

describeWithAdapter('octogate adapters', () => {
  it('lists adapters, the default one first', async () => {
    const { code, stdout, stderr } = await octogate('adapters', '--json');
    const adapters = JSON.parse(stdout) as { name: string; isDefault: boolean }[];
    expect(adapters.map(({ isDefault }) => isDefault)).toEqual(adapters.map((_, index) => index === 0));
    expect([code, stderr]).toEqual([0, '']);
    const text = await octogate('adapters');
    for (const { name } of adapters) expect(text.stdout).toContain(name);
  });

  it('names the known ones when asked for another', async () => {
    const { code, stderr } = await octogate('demo', 'digits', '--adapter', 'no such adapter');
    expect(stderr).toMatch(/^octogate: no adapter matches "no such adapter"; this process can use:\n- /);
    expect(code).toBe(2);
  });
});

describeWithAdapter('octogate demo digits', () => {
  it('classifies handwritten digits and holds every integer to the reference', async () => {
    const { code, stdout, stderr } = await octogateIn({ COLUMNS: '80' }, 'demo', 'digits');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('10 of 10');
    // Every stage of 28 timesteps of 10 digits in 96 units, and 10 beliefs per timestep.
    const compared = 10 * 28 * (96 * (5 * 4 + 2) + 10);
    expect(stdout).toMatch(new RegExp(`\\n0 of ${compared} values differ from the CPU reference\\n$`));
    // Without a terminal there are no colours, and nothing is wider than one of 80 columns.
    expect(stdout).not.toContain('\u001b');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});
