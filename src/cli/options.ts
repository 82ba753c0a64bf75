import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { InputError } from '../errors';
import type { Activations, Backend, CheckMode, KernelOptions, LstmPath } from '../index';

/** Where and how a model runs. */
export interface ExecutionOptions {
  readonly backend: Backend;
  readonly adapter?: string;
  readonly check?: CheckMode;
  readonly lstm?: LstmPath;
  readonly dot?: NonNullable<KernelOptions['dot']>;
  readonly rows?: NonNullable<KernelOptions['rows']>;
  readonly activations?: Activations;
  /** File that `octogate tune` wrote. */
  readonly tuning?: string;
}

/** Options of a command whose results programs may read. */
export interface JsonOption {
  readonly json?: boolean;
}

export function jsonOption(): Option {
  return new Option('--json', 'print JSON for programs');
}

export function adapterOption(): Option {
  return new Option('--adapter <name>', "part of an adapter's name, as `octogate adapters` lists them");
}

/** All of them: the compiler knows if one is missing. */
const LSTM_PATHS = Object.keys({
  step: true,
  sequence: true,
  resident: true,
  frame: true,
  wavefront: true,
} satisfies Record<LstmPath, true>);

export function lstmOption(): Option {
  return new Option(
    '--lstm <path>',
    'LSTM kernels: a dispatch per timestep; one for a sequence, with weights streamed or in registers; several layers ' +
      'at once; or one with the input product, for calls of one timestep (default: what suits each layer)',
  ).choices(LSTM_PATHS);
}

export function dotOption(): Option {
  return new Option('--dot <path>', 'int8 dot products (default: packed where the device has them)').choices([
    'packed',
    'unpacked',
  ]);
}

export function activationsOption(): Option {
  return new Option(
    '--activations <path>',
    'gate functions: computed, or looked up in tables (default: computed)',
  ).choices(['computed', 'table']);
}

export function rowsOption(): Option {
  return new Option(
    '--rows <path>',
    'activation rows: passed around in subgroups, or loaded by each invocation (default: what the device can)',
  ).choices(['subgroup', 'plain']);
}

/** Adds the options that choose where and how a model runs. */
export function addExecutionOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--backend <backend>', 'where to run: the GPU, or the integer CPU reference')
        .choices(['webgpu', 'reference'])
        .default('webgpu'),
    )
    .addOption(adapterOption())
    .addOption(
      new Option(
        '--check <mode>',
        'compare the GPU with the reference stage by stage: at some timesteps, or at every one (default: off)',
      ).choices(['off', 'sample', 'every']),
    )
    .addOption(lstmOption())
    .addOption(dotOption())
    .addOption(rowsOption())
    .addOption(activationsOption())
    .addOption(new Option('--tuning <file>', 'kernels that `octogate tune` found fastest'));
}

/**
 * @throws InputError for an option that the reference has no use for.
 */
export function checkExecutionOptions(options: ExecutionOptions): void {
  if (options.backend !== 'reference') return;
  const names = ['adapter', 'check', 'lstm', 'dot', 'rows', 'activations', 'tuning'] as const;
  const idle = names.find((name) => options[name] !== undefined && options[name] !== 'off');
  if (idle !== undefined) throw new InputError(`--${idle} is for the backend webgpu, not for the reference`);
}

/** Parses an option that counts something. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError('A whole number of at least 1 is expected.');
  }
  return value;
}
