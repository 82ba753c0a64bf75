// @ts-check
/**
 * Sums CI's legs: `node summarize.mjs LEGS_FILE REPORTS_FOLDER`. Prints one line per leg and `N passed, N failed` last;
 * exits with 1 if anything failed. A leg that failed without a failing test in its reports (types, lint, a crash) counts
 * as one failure, so that the totals never look better than the exit code.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const [legsFile, reportsFolder] = process.argv.slice(2);
if (legsFile === undefined || reportsFolder === undefined)
  throw new Error('usage: summarize.mjs LEGS_FILE REPORTS_FOLDER');

const legs = readFileSync(legsFile, 'utf8')
  .trim()
  .split('\n')
  .map((line) => {
    const [name = '', code = ''] = line.split('\t');
    const { passed, failed, skipped } = sumReports(join(reportsFolder, name));
    return { name, passed, skipped, failed: code === '0' ? failed : Math.max(failed, 1) };
  });

for (const { name, passed, failed, skipped } of legs) {
  console.log(`${name}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
}
const passed = legs.reduce((sum, leg) => sum + leg.passed, 0);
const failed = legs.reduce((sum, leg) => sum + leg.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/**
 * Vitest's JSON report, as far as it is used.
 *
 * @typedef {object} Report
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {{ status: string, assertionResults: { status: string }[] }[]} testResults
 */

/** @param {string} folder May be missing: not every leg runs vitest. */
function sumReports(folder) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const file of existsSync(folder) ? readdirSync(folder) : []) {
    /** @type {Report} */
    const report = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    sum.passed += report.numPassedTests;
    sum.skipped += report.numPendingTests;
    // A file that does not load, or whose setup fails, fails without a failed test.
    const failedWhole = report.testResults.filter(
      ({ status, assertionResults }) =>
        status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
    );
    sum.failed += report.numFailedTests + failedWhole.length;
  }
  return sum;
}
