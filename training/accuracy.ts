/**
 * Measures every reference task and writes the results into `docs/accuracy.md`. Run by
 * `node training/run.mjs training/accuracy.ts`; all of it on the CPU, deterministic.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { digitsReport } from './digits/accuracy';
import { replaceSection } from './markdown';

const DOCUMENT = `${import.meta.dirname}/../docs/accuracy.md`;

const TASKS: Readonly<Record<string, () => Promise<string>>> = { digits: digitsReport };

let document = readFileSync(DOCUMENT, 'utf8');
for (const [name, report] of Object.entries(TASKS)) {
  const content = await report();
  process.stdout.write(`${name}\n\n${content}\n\n`);
  document = replaceSection(document, name, content);
}
writeFileSync(DOCUMENT, document);
