import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { RECIPES } from '../../quantize';
import type { RecipeName, RecipeOptions } from '../../quantize';

const DEFAULT_PERCENTILE = 99.99;
const DEFAULT_COPIES = 2;
const DEFAULT_DAMPING = 0.01;

/** The recipe as the command line gives it: `true` and `false` for parts that are switched on or off by themselves. */
export interface RecipeArguments {
  readonly recipe: RecipeName;
  readonly inputScaling?: number | boolean;
  readonly inputClipping?: number | boolean;
  readonly weightRounding?: RecipeOptions['weightRounding'];
  readonly inputCopies?: number | boolean;
  readonly constantUnits?: boolean;
  readonly biasCorrection?: boolean;
  readonly saturateCells?: boolean;
  readonly perChannelDense?: boolean;
  readonly int16Masks?: boolean;
}

/** Adds `--recipe`, and for each part of it what switches it on and off. */
export function addRecipeOptions(command: Command): Command {
  command
    .addOption(
      new Option(
        '--recipe <name>',
        "the paper's table alone, or with everything that was measured to help and leaves the kernels as they are",
      )
        .choices(Object.keys(RECIPES))
        .default('plain'),
    )
    .addOption(
      new Option(
        '--weight-rounding <kind>',
        'nearest, or gptq[:DAMPING] (0.01): what keeps products closest to those of calibration',
      ).argParser(parseRounding),
    );
  addSwitch(
    command,
    'input-scaling',
    '[exponent]',
    "a scale per channel of LSTM inputs; the exponent of a channel's reach",
  );
  addSwitch(
    command,
    'input-clipping',
    '[percentile]',
    'clip LSTM inputs to this percentage of their nonzero values (99.99)',
  );
  addSwitch(
    command,
    'input-copies',
    '[most]',
    'up to so many shifted copies of LSTM inputs (2), where rounding them once shows in the gates',
  );
  addSwitch(
    command,
    'constant-units',
    null,
    'units of constant output for layers whose gates saturate in the middle of a sum',
  );
  addSwitch(command, 'bias-correction', null, 'take what rounding weights adds on average out of biases');
  addSwitch(command, 'saturate-cells', null, 'let cell states beyond 64 saturate instead of refusing them');
  addSwitch(command, 'per-channel-dense', null, 'one weight scale per output of a dense layer');
  addSwitch(command, 'int16-masks', null, 'masks in 16 bits here; a .tflite file has them in 8, and says so');
  return command;
}

/** How each part is given by itself; the compiler knows if one is missing. */
const CHOSEN: {
  readonly [Part in keyof RecipeOptions]: (given: RecipeArguments) => RecipeOptions[Part] | undefined;
} = {
  inputScaling: ({ inputScaling }) => scalingOf(inputScaling),
  inputClipping: ({ inputClipping }) => clippingOf(inputClipping),
  inputCopies: ({ inputCopies }) => copiesOf(inputCopies),
  weightRounding: ({ weightRounding }) => weightRounding,
  constantUnits: ({ constantUnits }) => constantUnits,
  biasCorrection: ({ biasCorrection }) => biasCorrection,
  saturateCells: ({ saturateCells }) => saturateCells,
  perChannelDense: ({ perChannelDense }) => perChannelDense,
  int16Masks: ({ int16Masks }) => int16Masks,
};

/** The parts that were given by themselves. */
export function chosenParts(given: RecipeArguments): Partial<RecipeOptions> {
  const chosen = Object.entries(CHOSEN).map(([part, choose]) => [part, choose(given)] as const);
  return Object.fromEntries(chosen.filter(([, value]) => value !== undefined));
}

function addSwitch(command: Command, flag: string, setting: string | null, does: string): void {
  const option = new Option(
    `--${flag}${setting === null ? '' : ` ${setting}`}`,
    `${does} (default: as the recipe says)`,
  );
  command.addOption(setting === null ? option : option.argParser(parseSetting));
  command.option(`--no-${flag}`, 'without that');
}

function parseSetting(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw new InvalidArgumentError('a number is expected.');
  return value;
}

function parseRounding(text: string): RecipeOptions['weightRounding'] {
  if (text === 'nearest') return { kind: 'nearest' };
  const [kind, damping, ...rest] = text.split(':');
  if (kind !== 'gptq' || rest.length > 0)
    throw new InvalidArgumentError('nearest or gptq[:DAMPING] is expected.');
  return { kind, damping: damping === undefined ? DEFAULT_DAMPING : parseSetting(damping) };
}

function scalingOf(given: number | boolean | undefined): RecipeOptions['inputScaling'] | undefined {
  if (given === undefined) return undefined;
  return given === false ? null : { exponent: given === true ? 'auto' : given };
}

function clippingOf(given: number | boolean | undefined): RecipeOptions['inputClipping'] | undefined {
  if (given === undefined) return undefined;
  return given === false ? null : { percentile: given === true ? DEFAULT_PERCENTILE : given };
}

function copiesOf(given: number | boolean | undefined): RecipeOptions['inputCopies'] | undefined {
  if (given === undefined) return undefined;
  return given === false ? null : { most: given === true ? DEFAULT_COPIES : given };
}
