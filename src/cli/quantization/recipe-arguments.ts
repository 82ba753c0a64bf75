import { Option } from 'commander';
import type { Command } from 'commander';
import { RECIPES } from '../../quantize';
import type { RecipeName, RecipeOptions } from '../../quantize';

/** What each part of a recipe is called on the command line, and what it does. */
const PARTS: Readonly<Record<keyof RecipeOptions, { readonly flag: string; readonly does: string }>> = {
  perChannelDense: { flag: 'per-channel-dense', does: 'one weight scale per output of a dense layer' },
};

/** The recipe as the command line gives it. */
export interface RecipeArguments extends Partial<RecipeOptions> {
  readonly recipe: RecipeName;
}

/** Adds `--recipe`, and for each part of it one option that switches it on and one that switches it off. */
export function addRecipeOptions(command: Command): Command {
  command.addOption(
    new Option(
      '--recipe <name>',
      "the paper's table alone, or with everything that was measured to help and leaves the kernels as they are",
    )
      .choices(Object.keys(RECIPES))
      .default('plain'),
  );
  for (const { flag, does } of Object.values(PARTS)) {
    command.option(`--${flag}`, `${does} (default: as the recipe says)`);
    command.option(`--no-${flag}`, `without that`);
  }
  return command;
}

/** The parts that were given by themselves. */
export function chosenParts(options: RecipeArguments): Partial<RecipeOptions> {
  const names = Object.keys(PARTS) as (keyof RecipeOptions)[];
  return Object.fromEntries(
    names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
}
