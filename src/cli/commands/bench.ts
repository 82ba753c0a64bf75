import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { runBenchmark } from '../../bench/run-benchmark';
import { customShape, SHAPES } from '../../bench/shapes';
import type { BenchShape } from '../../bench/shapes';
import { benchTable } from '../../bench/table';
import type { LstmPath } from '../../index';
import { createNodeGpu } from '../../node';
import { adapterOption, jsonOption, lstmOption } from '../options';
import type { JsonOption } from '../options';
import { print, printJson } from '../terminal';

interface BenchArguments extends JsonOption {
  readonly shapes: readonly BenchShape[];
  readonly repeats: number;
  readonly seed: number;
  readonly adapter?: string;
  readonly lstm?: LstmPath;
}

export function addBenchCommand(program: Command): void {
  const known = SHAPES.map(({ name, what }) => `${name}: ${what}`).join('; ');
  program
    .command('bench')
    .summary('time networks on this machine, against what its adapter can do at most')
    .description(
      `Times whole calls, upload and readback included, of networks with random weights. ${known}. Every result is compared ` +
        "with the integer reference first. The adapter's ceilings are measured in turns with the calls: packed dot products " +
        'from registers, loads, an empty submission, and dispatches that depend on each other.',
    )
    .addOption(
      new Option(
        '--shapes <list>',
        'names, or sizes of your own as input x units x timesteps x batch: S1,64x32x10x1',
      )
        .argParser(parseShapes)
        .default(SHAPES, 'all'),
    )
    .addOption(new Option('--repeats <count>', 'timings of each shape').argParser(parseCount).default(11))
    .addOption(new Option('--seed <number>', 'of weights and inputs').argParser(parseCount).default(1))
    .addOption(adapterOption())
    .addOption(lstmOption())
    .addOption(jsonOption())
    .action(bench);
}

async function bench({ shapes, repeats, seed, adapter, lstm, json }: BenchArguments): Promise<void> {
  const report = await runBenchmark({
    gpu: await createNodeGpu(adapter === undefined ? {} : { adapter }),
    shapes,
    repeats,
    seed,
    kernels: lstm === undefined ? {} : { lstm },
  });
  if (json === true) printJson(report);
  else print(benchTable(report));
}

function parseShapes(list: string): BenchShape[] {
  return list.split(',').map((name) => {
    const shape = SHAPES.find((candidate) => candidate.name === name) ?? customShape(name);
    if (shape === null) {
      throw new InvalidArgumentError(
        `"${name}" is neither ${SHAPES.map((known) => known.name).join(', ')} nor four sizes such as 64x32x10x1.`,
      );
    }
    return shape;
  });
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new InvalidArgumentError('a whole number of at least 1 is expected.');
  }
  return count;
}
