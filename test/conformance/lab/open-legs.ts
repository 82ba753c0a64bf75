import type { BrowserName } from '../../../scripts/browser/launch-browser';
import type { Leg } from '../../../src/conformance/leg';
import { referenceLeg } from '../../../src/conformance/leg';
import { webgpuLegs } from '../../../src/conformance/webgpu-legs';
import { createNodeGpu, listNodeAdapters } from '../../../src/node';
import { openBrowserLegs } from './browser-leg';
import type { LabOptions, LegKind } from './options';
import { UsageError } from './options';
import { tfliteLeg } from './tflite-leg';

export type LegChoice = Pick<LabOptions, 'legs' | 'adapters' | 'kernels'>;

export interface OpenLegs {
  readonly legs: readonly Leg[];
  /** Ends what the legs run in. */
  close(): Promise<void>;
}

/**
 * The legs that were asked for.
 *
 * @throws AdapterError if WebGPU was asked for and there is no adapter; MissingBrowserError; UsageError if a choice leaves
 * no leg.
 */
export async function openLegs(choice: LegChoice): Promise<OpenLegs> {
  const opened: OpenLegs[] = [];
  const close = async (): Promise<void> => {
    for (const legs of opened) await legs.close();
  };
  try {
    for (const kind of new Set(choice.legs)) opened.push(await openKind(kind, choice));
  } catch (error) {
    await close();
    throw error;
  }
  return { legs: opened.flatMap(({ legs }) => legs), close };
}

async function openKind(kind: LegKind, choice: LegChoice): Promise<OpenLegs> {
  switch (kind) {
    case 'chromium':
    case 'firefox':
      return chosenBrowserLegs(kind, choice);
    case 'webgpu':
      return unclosed(await chosenWebgpuLegs(choice));
    case 'tflite':
      return unclosed([tfliteLeg]);
    case 'reference':
      return unclosed([referenceLeg()]);
  }
}

function unclosed(legs: readonly Leg[]): OpenLegs {
  return { legs, close: () => Promise.resolve() };
}

async function chosenBrowserLegs(name: BrowserName, { kernels }: LegChoice): Promise<OpenLegs> {
  const opened = await openBrowserLegs(name);
  try {
    return { legs: withKernels(opened.legs, kernels), close: () => opened.close() };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function chosenWebgpuLegs({ adapters, kernels }: LegChoice): Promise<readonly Leg[]> {
  return withKernels(await openWebgpuLegs(adapters), kernels);
}

/** @throws UsageError if no leg has all of the words. */
function withKernels(legs: readonly Leg[], kernels: readonly string[]): readonly Leg[] {
  const chosen = legs.filter(
    ({ name }) => kernels.length === 0 || kernels.some((words) => hasWords(name, words)),
  );
  if (chosen.length > 0) return chosen;
  const names = legs.map(({ name }) => `\n- ${name}`).join('');
  throw new UsageError(`--kernels ${kernels.join(', ')}: no kernel path is left of${names}`);
}

async function openWebgpuLegs(wanted: readonly string[]): Promise<Leg[]> {
  const found = await listNodeAdapters();
  // Asked for without an adapter, or for one that is not there, it says what to do.
  if (found.length === 0) await createNodeGpu();
  for (const adapter of wanted) await createNodeGpu({ adapter });
  const legs: Leg[] = [];
  for (const { name, driver } of found) {
    const isWanted = wanted.some((text) => `${name} ${driver}`.toLowerCase().includes(text.toLowerCase()));
    if (wanted.length > 0 && !isWanted) continue;
    legs.push(...(await webgpuLegs(name, await createNodeGpu({ adapter: name }))));
  }
  return legs;
}

function hasWords(name: string, words: string): boolean {
  return words.split(/\s+/).every((word) => name.split(/[\s,]+/).includes(word));
}
