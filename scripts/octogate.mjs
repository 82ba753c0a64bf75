#!/usr/bin/env node
// @ts-check
/**
 * The CLI in a checkout: `npm run -s octogate -- ARGS`. Builds what is stale, sees to a Vulkan driver (OCTOGATE_DRIVER
 * chooses one), then runs `dist/cli.js`, which is all that an installed package has.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DIST, buildIfStale } from './build-if-stale.mjs';
import { driverEnvironment, parseDriverChoice } from './driver-environment.mjs';
import { runInPlace } from './run-in-place.mjs';

const CLI = join(DIST, 'cli.js');

const environment = await driverEnvironmentOrExit();
await buildIfStale();
if (isCurrent(environment)) await import(pathToFileURL(CLI).href);
else await runInPlace(process.execPath, [CLI, ...process.argv.slice(2)], environment);

async function driverEnvironmentOrExit() {
  try {
    return await driverEnvironment(parseDriverChoice(process.env['OCTOGATE_DRIVER']), process.env);
  } catch (error) {
    console.error(`octogate: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(2);
  }
}

/** @param {NodeJS.ProcessEnv} environment */
function isCurrent(environment) {
  const names = new Set([...Object.keys(environment), ...Object.keys(process.env)]);
  return [...names].every((name) => environment[name] === process.env[name]);
}
