#!/usr/bin/env node
// @ts-check
/**
 * The CLI in a checkout: `npm run -s octogate -- ARGS`. Builds what is stale, sees to a Vulkan driver (OCTOGATE_DRIVER
 * chooses one), then runs `dist/cli.js`, which is all that an installed package has.
 */
import { join } from 'node:path';
import { DIST, buildIfStale } from './build-if-stale.mjs';
import { driverEnvironment, parseDriverChoice } from './driver-environment.mjs';
import { runInPlace } from './run-in-place.mjs';

const CLI = join(DIST, 'cli.js');

/** What Dawn 0.6 prints whenever it opens Mesa's software driver; it has no switch for it, and nobody can act on it. */
const DAWN_NOISE =
  /^Warning: maxDynamic(Uniform|Storage)BuffersPerPipelineLayout artificially reduced from \d+ to \d+ to fit dynamic offset allocation limit\.$/;

const environment = await driverEnvironmentOrExit();
await buildIfStale();
await runInPlace(process.execPath, [CLI, ...process.argv.slice(2)], environment, (line) =>
  DAWN_NOISE.test(line),
);

async function driverEnvironmentOrExit() {
  try {
    return await driverEnvironment(parseDriverChoice(process.env['OCTOGATE_DRIVER']), process.env);
  } catch (error) {
    console.error(`octogate: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(2);
  }
}
