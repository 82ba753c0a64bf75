#!/usr/bin/env node
// @ts-check
/**
 * Runs a command with the Vulkan drivers of choice: `node scripts/with-driver.mjs [--driver auto|system|bundled] -- CMD ARGS`.
 * Without the option, OCTOGATE_DRIVER decides, else `auto`. May be nested.
 */
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { driverEnvironment, parseDriverChoice } from './driver-environment.mjs';
import { runInPlace } from './run-in-place.mjs';

const USAGE = `usage: node scripts/${basename(import.meta.filename)} [--driver auto|system|bundled] -- COMMAND ARGS`;

try {
  const end = process.argv.indexOf('--');
  const [command, ...args] = end < 0 ? [] : process.argv.slice(end + 1);
  if (command === undefined) throw new Error('no command after --');
  const { values } = parseArgs({
    args: process.argv.slice(2, end),
    options: { driver: { type: 'string' } },
  });
  const choice = parseDriverChoice(values.driver ?? process.env['OCTOGATE_DRIVER']);
  await runInPlace(command, args, await driverEnvironment(choice, process.env));
} catch (error) {
  console.error(`with-driver: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  process.exitCode = 2;
}
