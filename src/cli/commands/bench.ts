import { Option } from 'commander';
import type { Command } from 'commander';
import type { BenchReport } from '../../bench';
import { benchTable, compareReports, comparisonTable, parseReport, runBenchmark, SHAPES } from '../../bench';
import type { Activations, LstmPath } from '../../index';
import { createNodeGpu } from '../../node';
import { loadBenchTools } from '../bench/checkout-tools';
import type { BrowserBenchOptions, BrowserName, OpenPeers } from '../bench/checkout-tools';
import { nodeEnvironment } from '../bench/environment';
import { readSubjects } from '../bench/subjects';
import type { SubjectOptions } from '../bench/subjects';
import { InputError } from '../../errors';
import { readBytes, writeBytes } from '../files';
import { activationsOption, adapterOption, jsonOption, lstmOption, positiveInteger } from '../options';
import type { JsonOption } from '../options';
import { hasTerminal } from '../progress';
import { print, printJson } from '../terminal';

interface BenchArguments extends JsonOption, SubjectOptions {
  readonly repeats: number;
  readonly seed: number;
  readonly adapter?: string;
  readonly lstm?: LstmPath;
  readonly activations?: Activations;
  readonly out?: string;
  readonly baseline?: string;
  /** Names, or true for all. */
  readonly peers?: readonly string[] | true;
  readonly peerBudget: number;
  readonly browser?: BrowserName;
}

export function addBenchCommand(program: Command): void {
  const known = SHAPES.map(({ name, what }) => `${name}: ${what}`).join('; ');
  program
    .command('bench')
    .summary('time networks on this machine, against what its adapter can do at most')
    .description(
      `Times whole calls, upload and readback included, of networks with random weights and of models. ${known}. Every result ` +
        "is compared with the integer reference first. The adapter's ceilings are measured in turns with the calls: packed dot " +
        'products from registers, loads, an empty submission, and dispatches that depend on each other. Without --shapes, ' +
        '--shape and --model: all known shapes, and the models that come with the package.',
    )
    .option('--shapes <names>', 'known shapes: S1,S4', (list: string) => list.split(','))
    .option(
      '--shape <sizes>',
      'input,units,timesteps,batch and options ln, peep, cifg, proj=SIZE, layers=COUNT: 640,2048,50,8,ln,proj=640; ' +
        'may be given several times',
      collect,
    )
    .option('--model <path>', '.tflite file, or digits; may be given several times', collect)
    .addOption(new Option('--timesteps <n>', "of models (default: the file's)").argParser(positiveInteger))
    .addOption(new Option('--batch <n>', "of models (default: the file's)").argParser(positiveInteger))
    .addOption(
      new Option('--repeats <count>', 'timings of each network').argParser(positiveInteger).default(11),
    )
    .addOption(new Option('--seed <number>', 'of weights and inputs').argParser(positiveInteger).default(1))
    .addOption(adapterOption())
    .addOption(lstmOption())
    .addOption(activationsOption())
    .option(
      '--peers [names]',
      'time other runtimes on the same networks, too: ort-webgpu, ort-wasm, ort-wasm-int8, tfjs-webgpu, tflite (default: all); ' +
        'in a checkout',
      (list: string) => list.split(','),
    )
    .addOption(
      new Option('--peer-budget <seconds>', 'time of all calls of a peer on one network')
        .argParser(positiveInteger)
        .default(60),
    )
    .addOption(
      new Option(
        '--browser <name>',
        'run in a page of a headless browser, and not in Node; in a checkout',
      ).choices(['chromium', 'firefox'] satisfies BrowserName[]),
    )
    .option(
      '--baseline <file>',
      'compare with the JSON of an earlier run: ratios, and how much of them is noise',
    )
    .option('--out <file>', 'write the results as JSON, too')
    .addOption(jsonOption())
    .action(bench);
}

async function bench(options: BenchArguments): Promise<void> {
  const baseline = options.baseline === undefined ? null : await readReport(options.baseline);
  const report = await measure(options);
  const comparison = baseline === null ? null : compareReports(report, baseline);
  if (options.out !== undefined) {
    await writeBytes(options.out, new TextEncoder().encode(`${JSON.stringify(report, null, 2)}\n`));
  }
  if (options.json === true) {
    printJson(comparison === null ? report : { ...report, comparison });
    return;
  }
  print(benchTable(report));
  if (comparison !== null) {
    print();
    print(comparisonTable(comparison));
  }
}

/** @throws InputError for a file that is no report. */
async function readReport(path: string): Promise<BenchReport> {
  const report = parseReport(new TextDecoder().decode(await readBytes(path)));
  if (typeof report === 'string') throw new InputError(`--baseline ${path}: ${report}`);
  return report;
}

async function measure(options: BenchArguments): Promise<BenchReport> {
  const { repeats, seed, adapter, lstm, activations, peerBudget, browser, peers } = options;
  const run = {
    subjects: await readSubjects(options),
    repeats,
    seed,
    environment: await nodeEnvironment(),
    kernels: {
      ...(lstm === undefined ? {} : { lstm }),
      ...(activations === undefined ? {} : { activations }),
    },
    peerBudgetMs: 1000 * peerBudget,
    onProgress: note,
  };
  if (browser !== undefined) return measureInBrowser({ ...run, browser, peers: peersOfPage(peers) }, adapter);
  const gpu = await createNodeGpu(adapter === undefined ? {} : { adapter });
  const open = await openPeers(peers, gpu);
  try {
    return await runBenchmark({ ...run, gpu, peers: open.peers });
  } finally {
    open.close();
  }
}

async function measureInBrowser(
  options: BrowserBenchOptions,
  adapter: string | undefined,
): Promise<BenchReport> {
  if (adapter !== undefined)
    throw new InputError('--adapter is for Node; a browser chooses its adapter itself');
  const tools = await loadBenchTools('--browser');
  try {
    return await tools.runInBrowser(options);
  } catch (cause) {
    // Errors of the tools are classes of their own, loaded apart from this program's.
    if (cause instanceof Error)
      throw new InputError(`--browser ${options.browser}: ${cause.message}`, { cause });
    throw cause;
  }
}

function peersOfPage(peers: BenchArguments['peers']): BrowserBenchOptions['peers'] {
  if (peers === undefined) return null;
  return peers === true ? 'all' : peers;
}

async function openPeers(wanted: BenchArguments['peers'], gpu: GPU): Promise<OpenPeers> {
  if (wanted === undefined) return { peers: [], close: () => undefined };
  const tools = await loadBenchTools('--peers');
  try {
    return tools.openPeers(gpu, wanted === true ? undefined : wanted);
  } catch (cause) {
    if (cause instanceof RangeError) throw new InputError(`--peers: ${cause.message}`, { cause });
    throw cause;
  }
}

/** A benchmark may take minutes; who watches is told where it is. */
function note(what: string): void {
  if (hasTerminal()) process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${what}\n`);
}

function collect(value: string, values: readonly string[] = []): string[] {
  return [...values, value];
}
