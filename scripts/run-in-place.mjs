// @ts-check
import { spawn } from 'node:child_process';

/**
 * Runs a command in this process's place: same terminal, signals handed on, and this process ends the way the command
 * ends (exit code or signal).
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} environment
 * @throws {Error} if the command cannot be started.
 */
export async function runInPlace(command, args, environment) {
  const child = spawn(command, args, { stdio: 'inherit', env: environment });
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
    child.once('exit', (...outcome) => resolve(outcome));
  });
  if (signal === null) {
    process.exitCode = code ?? 1;
    return;
  }
  for (const name of handedOn) process.removeAllListeners(name);
  process.kill(process.pid, signal);
}
