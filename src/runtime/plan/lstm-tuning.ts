import { variantOf } from '../../contract/lstm-layout';
import { InputError } from '../../errors';
import type { LstmDirectionParameters } from '../../contract/lstm-parameters';
import type { Activations, LstmPath } from './lstm-kernels';

/**
 * What a tuner may choose for a layer; what is left out stays at its default. Batch rows per invocation of a step are not among
 * it: they shape the state buffers, which calls of different lengths share.
 */
export interface LstmTuning {
  /** Way through the recurrence. */
  readonly path?: LstmPath;
  /** Where its gate functions come from. */
  readonly activations?: Activations;
  /** Rows per invocation of the input product. */
  readonly productRows?: number;
  /** Invocations per workgroup of the input product and of steps. */
  readonly workgroup?: number;
}

/** Values that each choice may have; kernels take others, but nobody has tested them. */
export const TUNABLE = {
  path: ['step', 'sequence', 'resident', 'frame', 'wavefront'],
  activations: ['computed', 'table'],
  productRows: [1, 2, 4, 8, 16],
  workgroup: [32, 64, 128],
} as const satisfies { readonly [Choice in keyof Required<LstmTuning>]: readonly LstmTuning[Choice][] };

/** Choices by layer, as `layerKey` names it. */
export type LayerTunings = Readonly<Record<string, LstmTuning>>;

/**
 * What a tuner found, by adapter: plain data to save, ship and read. It changes how fast a layer runs and never what it
 * computes; layers and adapters that it does not know run as they do without it.
 */
export interface KernelTuning {
  /** Tells the JSON from that of other programs. */
  readonly format: 'octogate-tuning';
  /** Of the format. */
  readonly version: 1;
  /** By the adapter's name, as `adapterKey` makes it. */
  readonly adapters: Readonly<Record<string, LayerTunings>>;
}

/** Names the kind of layer and call that a choice holds for: `LSTM 257 to 128, batch 1, long`. */
export function layerKey(
  parameters: LstmDirectionParameters,
  directions: number,
  { batch, timesteps }: { readonly batch: number; readonly timesteps: number },
): string {
  const { inputElements, units, outputElements } = parameters;
  const { layerNorm, projection, peephole, coupledGates } = variantOf(parameters);
  const parts = [
    `LSTM ${inputElements} to ${units}`,
    ...(projection ? [`projection to ${outputElements}`] : []),
    ...(layerNorm ? ['layer norm'] : []),
    ...(peephole ? ['peephole'] : []),
    ...(coupledGates ? ['coupled gates'] : []),
    ...(directions > 1 ? ['both directions'] : []),
    `batch ${batch}`,
    duration(timesteps),
  ];
  return parts.join(', ');
}

/** Calls of about the same length want the same kernels. */
function duration(timesteps: number): string {
  if (timesteps === 1) return 'one timestep';
  return timesteps < 8 ? 'a few timesteps' : 'many timesteps';
}

/** Names an adapter in a tuning. */
export function adapterKey({
  vendor,
  architecture,
  device,
  description,
}: {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
}): string {
  return [vendor, architecture, device, description].filter((part) => part !== '').join(' / ');
}

/**
 * Reads a tuning that was saved as JSON.
 *
 * @throws InputError naming what is not as a tuner writes it.
 */
export function parseTuning(text: string): KernelTuning {
  let tuning: unknown;
  try {
    tuning = JSON.parse(text);
  } catch (cause) {
    throw new InputError('the tuning is no JSON; save one with `octogate tune`', { cause });
  }
  requireTuning(tuning);
  return tuning;
}

/** @throws InputError naming what is not as a tuner writes it. */
export function requireTuning(tuning: unknown): asserts tuning is KernelTuning {
  if (!isRecord(tuning) || tuning['format'] !== 'octogate-tuning' || tuning['version'] !== 1) {
    throw new InputError('this is no tuning of version 1; save one with `octogate tune`');
  }
  const { adapters } = tuning;
  if (!isRecord(adapters)) throw new InputError('the tuning has no adapters');
  for (const [adapter, layers] of Object.entries(adapters)) {
    if (!isRecord(layers)) throw new InputError(`the tuning's adapter "${adapter}" has no layers`);
    for (const [layer, choices] of Object.entries(layers)) requireChoices(layer, choices);
  }
}

function requireChoices(layer: string, choices: unknown): void {
  if (!isRecord(choices)) throw new InputError(`the tuning of "${layer}" has no choices`);
  for (const [choice, value] of Object.entries(choices)) {
    const values: readonly unknown[] | undefined = Object.entries(TUNABLE).find(
      ([known]) => known === choice,
    )?.[1];
    if (values === undefined) {
      throw new InputError(
        `the tuning of "${layer}" chooses ${choice}; known are ${Object.keys(TUNABLE).join(', ')}`,
      );
    }
    if (!values.includes(value)) {
      throw new InputError(
        `the tuning of "${layer}" has ${JSON.stringify(value)} as ${choice}; ${values.join(' or ')} is expected`,
      );
    }
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
