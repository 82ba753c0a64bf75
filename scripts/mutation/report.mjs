// @ts-check
import { readFileSync, writeFileSync } from 'node:fs';
import prettier from 'prettier';

/** @typedef {import('../../test/mutation/fault').Fault} Fault */
/** @typedef {import('../../test/mutation/fault').FaultGroup} FaultGroup */
/** @typedef {{ readonly fault: Fault, readonly group: FaultGroup, readonly outcome: import('./faulty-tests.mjs').Outcome }} Result */

const [START, END] = ['<!-- results -->', '<!-- end of results -->'];

/**
 * Puts a table of results between a Markdown file's two marks.
 *
 * @param {string} path
 * @param {readonly Result[]} results
 * @throws {Error} if the marks are not there.
 */
export async function writeReport(path, results) {
  const text = readFileSync(path, 'utf8');
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${path} lacks the marks ${START} and ${END}`);
  const table = [
    summary(results),
    '',
    '| file in shaders/ | fault | caught by |',
    '| --- | --- | --- |',
    ...results.map(row),
  ].join('\n');
  const report = `${text.slice(0, start + START.length)}\n\n${table}\n\n${text.slice(end)}`;
  const options = (await prettier.resolveConfig(path)) ?? {};
  writeFileSync(path, await prettier.format(report, { ...options, parser: 'markdown' }));
}

/** @param {readonly Result[]} results */
export function summary(results) {
  const count = (/** @type {string} */ verdict) =>
    results.filter(({ outcome }) => outcome.verdict === verdict).length;
  const files = new Set(results.map(({ fault }) => fault.file)).size;
  return `${results.length} faults in ${files} files: ${count('caught')} caught, ${count('survived')} survived, ${count('invalid')} invalid.`;
}

/** @param {Result} result */
function row({ fault, group, outcome }) {
  const test =
    outcome.verdict === 'caught' ? `\`${group.testFile}\`: ${outcome.detail}` : `**${outcome.verdict}**`;
  const cells = [`\`${fault.file}\``, fault.description, test];
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
}
