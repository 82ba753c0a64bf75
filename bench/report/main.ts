/** `npm run bench:report`: renders docs/performance.md and its charts from what bench/results keeps. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { parseReport } from '../../src/bench';
import type { BenchReport } from '../../src/bench';
import { replaceSection } from '../../training/markdown';
import { peersChart, rooflineChart } from './charts';
import { predictionSection, profileTable, runSection } from './sections';
import type { KeptRun } from './sections';

const ROOT = join(import.meta.dirname, '../..');
const RESULTS = join(ROOT, 'bench/results');
const IMAGES = join(ROOT, 'docs/images');
const DOCUMENT = join(ROOT, 'docs/performance.md');
const EXTENSION = '.json';

interface ReadRun {
  readonly name: string;
  readonly report: BenchReport;
}

/** The newest run of each adapter and runtime. */
async function readRuns(): Promise<ReadRun[]> {
  const newest = new Map<string, ReadRun>();
  for (const file of (await readdir(RESULTS)).sort()) {
    if (!file.endsWith(EXTENSION)) continue;
    const report = parseReport(await readFile(join(RESULTS, file), 'utf8'));
    if (typeof report === 'string') throw new Error(`bench/results/${file}: ${report}`);
    const key = [report.adapter.description, runtimeKind(report), report.environment.machine].join('\n');
    const known = newest.get(key);
    if (known === undefined || known.report.date < report.date) {
      newest.set(key, { name: file.slice(0, -EXTENSION.length), report });
    }
  }
  return [...newest.values()];
}

/** `Node`, `Chrome`, `firefox`: versions come and go. */
function runtimeKind({ environment }: BenchReport): string {
  return environment.runtime.split(' ')[0] ?? '';
}

async function render({ name, report }: ReadRun): Promise<KeptRun> {
  const roofline = `roofline-${name}.svg`;
  await writeFile(join(IMAGES, roofline), rooflineChart(report));
  const chart = peersChart(report);
  const peers = chart === null ? null : `peers-${name}.svg`;
  if (chart !== null && peers !== null) await writeFile(join(IMAGES, peers), chart);
  return { name, report, charts: { roofline, peers } };
}

await mkdir(IMAGES, { recursive: true });
const runs = await Promise.all((await readRuns()).map(render));
const text = await readFile(DOCUMENT, 'utf8');
const measured = replaceSection(text, 'measured', runs.map(runSection).join('\n\n'));
const predictions = runs.flatMap((run) => predictionSection(run) ?? []);
const planned = replaceSection(measured, 'predictions', [...predictions, profileTable()].join('\n\n'));
const style = await resolveConfig(DOCUMENT);
await writeFile(DOCUMENT, await format(planned, { ...style, parser: 'markdown' }));
