import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const RUN_IN_PLACE = join(import.meta.dirname, '../../scripts/run-in-place.mjs');

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program in place of another process, which drops lines that are `noise`. */
async function runFiltered(program: string): Promise<Outcome> {
  const parent = `import { runInPlace } from ${JSON.stringify(RUN_IN_PLACE)};
    const args = ['--eval', ${JSON.stringify(program)}];
    await runInPlace(process.execPath, args, process.env, (line) => line === 'noise');`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', parent], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

test('drops the lines of stderr that are noise, and nothing else', async () => {
  const program = `console.error('noise\\nsense\\nnoise and sense\\nnoise');
    console.log('noise'); process.exitCode = 4;`;
  expect(await runFiltered(program)).toEqual({
    code: 4,
    stdout: 'noise\n',
    stderr: 'sense\nnoise and sense\n',
  });
});

test('keeps what a command says last', async () => {
  const program = `process.stderr.write('x\\n'.repeat(50_000) + 'end'); process.exitCode = 0;`;
  const { stderr } = await runFiltered(program);
  expect(stderr.length).toBe(2 * 50_000 + 'end\n'.length);
});

test('names no terminal where there is none', async () => {
  const { stdout } = await runFiltered('console.log(process.env.OCTOGATE_TERMINAL_FD)');
  expect(stdout).toBe('undefined\n');
});
