// @ts-check
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * Runs a command in this process's place: same terminal, signals handed on, and this process ends the way the command
 * ends (exit code or signal).
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} environment
 * @param {(line: string) => boolean} [isNoise] Lines of the command's stderr to drop. Its stderr is then a pipe; where this
 *   process's is a terminal, OCTOGATE_TERMINAL_FD tells the command which file descriptor has that.
 * @throws {Error} if the command cannot be started.
 */
export async function runInPlace(command, args, environment, isNoise) {
  const child =
    isNoise === undefined
      ? spawn(command, args, { stdio: 'inherit', env: environment })
      : spawnFiltered(command, args, environment, isNoise);
  /** @type {readonly NodeJS.Signals[]} */
  const handedOn = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of handedOn) {
    process.on(signal, () => {
      // A terminal sends Ctrl+C to the whole process group: the command has it already.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  /** @type {[number | null, NodeJS.Signals | null]} */
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject);
    // Not `exit`: what the command said last may still be in the pipe.
    child.once('close', (...outcome) => resolve(outcome));
  });
  if (signal === null) {
    process.exitCode = code ?? 1;
    return;
  }
  for (const name of handedOn) process.removeAllListeners(name);
  process.kill(process.pid, signal);
}

const TERMINAL_FD = 3;

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} environment
 * @param {(line: string) => boolean} isNoise
 */
function spawnFiltered(command, args, environment, isNoise) {
  const { isTTY, fd } = process.stderr;
  const child = spawn(command, args, {
    stdio: ['inherit', 'inherit', 'pipe', isTTY ? fd : 'ignore'],
    env: isTTY ? { ...environment, OCTOGATE_TERMINAL_FD: String(TERMINAL_FD) } : environment,
  });
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (!isNoise(line)) process.stderr.write(`${line}\n`);
    });
  }
  return child;
}
