import type { Command } from 'commander';
import { ART_WIDTH, drawDigit, IMAGE_SIZE } from '../demo/digit-art';
import { runDigits } from '../demo/run-digits';
import type { DigitResult, DigitsResult } from '../demo/run-digits';
import { describeKernels } from '../execution';
import { ExitCode } from '../exit-code';
import { adapterOption, jsonOption } from '../options';
import type { JsonOption } from '../options';
import { tableLines } from '../table';
import { print, printJson, styled } from '../terminal';

/** Five drawings and the gaps between them fill a terminal of 80 columns. */
const DIGITS_PER_LINE = 5;
const GAP = '  ';

export function addDemoCommand(program: Command): void {
  const demo = program.command('demo').description('Shows an integer LSTM at work.');
  demo
    .command('digits')
    .description(
      'Classifies handwritten digits on the GPU with an LSTM that reads them row by row, and compares every ' +
        'integer on the way with the CPU reference.',
    )
    .addOption(adapterOption())
    .addOption(jsonOption())
    .action(digits);
}

async function digits({ adapter, json }: JsonOption & { readonly adapter?: string }): Promise<void> {
  const result = await runDigits(adapter);
  if (json === true) {
    const predictions = result.digits.map(({ label, prediction, confidence }) => ({
      label,
      prediction,
      confidence,
    }));
    printJson({ ...result, digits: predictions });
  } else {
    printDigits(result.digits);
    printFacts(result);
    print(`${result.differing} of ${result.compared} values differ from the CPU reference`);
  }
  if (result.differing > 0) process.exitCode = ExitCode.mismatch;
}

function printDigits(results: readonly DigitResult[]): void {
  for (let start = 0; start < results.length; start += DIGITS_PER_LINE) {
    const line = results.slice(start, start + DIGITS_PER_LINE);
    const drawings = line.map(({ ink }) => drawDigit(ink));
    for (let row = 0; row < ART_WIDTH / 2; row++) {
      print(
        drawings
          .map((drawing) => drawing[row] ?? '')
          .join(GAP)
          .trimEnd(),
      );
    }
    print(line.map(captionOf).join(GAP).trimEnd());
    print();
  }
}

/** `7  98 %`, centred below the drawing; with the truth where it is another. */
function captionOf({ label, prediction, confidence }: DigitResult): string {
  const isRight = prediction === label;
  const text = `${prediction}  ${Math.round(confidence * 100)} %${isRight ? '' : ` (is ${label})`}`;
  const left = Math.floor((ART_WIDTH - text.length) / 2);
  const padded = text.padStart(text.length + left).padEnd(ART_WIDTH);
  return styled(isRight ? 'green' : 'red', padded);
}

function printFacts({ digits: results, execution, firstCallMs, callMs }: DigitsResult): void {
  const right = results.filter(({ label, prediction }) => label === prediction).length;
  const rows = [
    ['right', `${right} of ${results.length}`],
    ['adapter', execution.adapter ?? ''],
    ['driver', execution.driver ?? ''],
    ['kernels', describeKernels(execution) ?? ''],
    [
      'time',
      `${callMs.toFixed(1)} ms for ${results.length} digits of ${IMAGE_SIZE} timesteps; ` +
        `${firstCallMs.toFixed(0)} ms with compilation`,
    ],
  ];
  for (const line of tableLines(rows, '')) print(line);
}
