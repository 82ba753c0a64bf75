#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { version } from '../../package.json';
import { MismatchError, OctogateError } from '../errors';
import { addAdaptersCommand } from './commands/adapters';
import { addBenchCommand } from './commands/bench';
import { addCompareCommand } from './commands/compare';
import { addDemoCommand } from './commands/demo';
import { addDiffCommand } from './commands/diff';
import { addExportCommand } from './commands/export';
import { addInspectCommand } from './commands/inspect';
import { addQuantizeCommand } from './commands/quantize';
import { addPlanCommand } from './commands/plan';
import { addRunCommand } from './commands/run';
import { addTuneCommand } from './commands/tune';
import { addVerifyCommand } from './commands/verify';
import { ExitCode } from './exit-code';

/** Exits with what `ExitCode` says. */
async function main(): Promise<void> {
  // A reader that has seen enough, such as `head`, closes the pipe.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  try {
    await createProgram().parseAsync();
  } catch (error) {
    process.exitCode = report(error);
  }
}

function createProgram(): Command {
  const program = new Command('octogate')
    .description('Integer-only LSTM networks on WebGPU, bit for bit what TFLite computes.')
    .version(version)
    .configureOutput({
      outputError: (text, write) => {
        write(text.replace(/^error: /, 'octogate: '));
      },
    })
    .exitOverride();
  addAdaptersCommand(program);
  addInspectCommand(program);
  addQuantizeCommand(program);
  addCompareCommand(program);
  addExportCommand(program);
  addRunCommand(program);
  addDiffCommand(program);
  addVerifyCommand(program);
  addTuneCommand(program);
  addDemoCommand(program);
  addBenchCommand(program);
  addPlanCommand(program);
  return program;
}

/** Tells the user what went wrong and returns the exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : ExitCode.badInput;
  if (error instanceof OctogateError) {
    process.stderr.write(`octogate: ${error.message}\n`);
    return error instanceof MismatchError ? ExitCode.mismatch : ExitCode.badInput;
  }
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return ExitCode.defect;
}

await main();
