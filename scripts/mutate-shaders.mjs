#!/usr/bin/env node
// @ts-check
/**
 * Seeds one fault after the other in shaders/ and runs the tests that have to notice it (docs/mutation.md):
 * `npm run mutate -- [--only TEXT] [--write]`. `--only` takes the faults whose file, description or tests contain TEXT;
 * `--write` puts the results of all faults into the document. Ends with 1 if a fault is not caught.
 */
import { constants, setPriority } from 'node:os';
import { resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { normalizePath, runnerImport } from 'vite';
import { FaultyTests } from './mutation/faulty-tests.mjs';
import { summary, writeReport } from './mutation/report.mjs';

/** @typedef {import('../test/mutation/fault').Fault} Fault */
/** @typedef {import('../test/mutation/fault').FaultGroup} FaultGroup */
/** @typedef {import('./mutation/report.mjs').Result} Result */

const ROOT = resolve(import.meta.dirname, '..');
const REPORT = resolve(ROOT, 'docs/mutation.md');

/**
 * Seeds a group's faults in turn. Where the tests fail without any, no fault can be told to be caught.
 *
 * @param {FaultyTests} tests
 * @param {FaultGroup} group
 * @param {(fault: Fault) => string} textWith The fault's file with the fault in it.
 * @returns {Promise<Result[]>}
 */
async function seedGroup(tests, group, textWith) {
  const name = group.testName === undefined ? group.testFile : `${group.testFile}: ${group.testName}`;
  console.log(`\n${name}`);
  const sound = await tests.run(null, group);
  if (sound.verdict !== 'survived') {
    console.log(`  these tests fail without any fault: ${sound.detail}`);
    return group.faults.map((fault) => ({ fault, group, outcome: { ...sound, verdict: 'invalid' } }));
  }
  const results = [];
  for (const fault of group.faults) {
    const path = normalizePath(resolve(ROOT, 'shaders', fault.file));
    const start = performance.now();
    const outcome = await tests.run({ path, text: textWith(fault) }, group);
    const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(5);
    console.log(`  ${outcome.verdict.padEnd(8)} ${seconds} s  ${fault.file}: ${fault.description}`);
    if (outcome.verdict === 'invalid') console.log(`    ${outcome.detail}`);
    results.push({ fault, group, outcome });
  }
  return results;
}

/**
 * The faults that concern a text.
 *
 * @param {readonly FaultGroup[]} groups
 * @param {string} text
 * @returns {FaultGroup[]}
 */
function concerning(groups, text) {
  return groups
    .map((group) => ({
      ...group,
      faults: group.faults.filter(({ file, description }) =>
        [file, description, group.testFile, group.testName ?? ''].some((words) => words.includes(text)),
      ),
    }))
    .filter(({ faults }) => faults.length > 0);
}

async function main() {
  const { values } = parseArgs({ options: { only: { type: 'string' }, write: { type: 'boolean' } } });
  if (values.only !== undefined && values.write) throw new Error('--write needs all faults, without --only');
  // Minutes of compiling shaders should not get into anybody's way.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const { module } = await runnerImport(resolve(ROOT, 'test/mutation/faults/index.ts'), {
    configFile: false,
  });
  /** @type {typeof import('../test/mutation/faults/index')} */
  const { FAULT_GROUPS, seedFault, shaderSources } = module;
  const groups = concerning(FAULT_GROUPS, values.only ?? '');
  if (groups.length === 0) throw new Error(`no fault's file, description or tests contain "${values.only}"`);
  /** @type {Result[]} */
  const results = [];
  const tests = await FaultyTests.open(ROOT);
  try {
    for (const group of groups) {
      results.push(...(await seedGroup(tests, group, (fault) => seedFault(shaderSources, fault))));
    }
  } finally {
    await tests.close();
  }
  console.log(`\n${summary(results)}`);
  const uncaught = results.filter(({ outcome }) => outcome.verdict !== 'caught');
  for (const { fault, outcome } of uncaught) {
    console.log(`${outcome.verdict}: ${fault.file}: ${fault.description}`);
  }
  if (values.write) await writeReport(REPORT, results);
  // The test runner has set it for the tests that failed, as they had to.
  process.exitCode = uncaught.length > 0 ? 1 : 0;
}

try {
  await main();
} catch (error) {
  console.error(`mutate-shaders: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
