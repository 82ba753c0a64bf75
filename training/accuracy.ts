/**
 * Measures the reference tasks and writes the results into `docs/accuracy.md`. Run by
 * `node training/run.mjs training/accuracy.ts [TASK...]`, all tasks by default; on the CPU, deterministic.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { charactersCurveReport, noiseSuppressionCurveReport } from './calibration-curve';
import { charactersReport } from './characters/accuracy';
import { denoiserReport } from './denoiser/accuracy';
import { digitsReport } from './digits/accuracy';
import { keywordsReport } from './keywords/accuracy';
import { replaceSection } from './markdown';
import { noiseSuppressionReport, streamsReport } from './noise-suppression/accuracy';

const DOCUMENT = `${import.meta.dirname}/../docs/accuracy.md`;

const TASKS = new Map([
  ['digits', digitsReport],
  ['characters', charactersReport],
  ['keywords', keywordsReport],
  ['denoiser', denoiserReport],
  ['noise-suppression', noiseSuppressionReport],
  ['noise-suppression-streams', streamsReport],
  ['characters-calibration', charactersCurveReport],
  ['noise-suppression-calibration', noiseSuppressionCurveReport],
]);

const chosen = process.argv.slice(3);
for (const name of chosen.length === 0 ? TASKS.keys() : chosen) {
  const report = TASKS.get(name);
  if (report === undefined) throw new Error(`no task "${name}"; there are ${[...TASKS.keys()].join(', ')}`);
  const content = await report();
  process.stdout.write(`${name}\n\n${content}\n\n`);
  writeFileSync(DOCUMENT, replaceSection(readFileSync(DOCUMENT, 'utf8'), name, content));
}
