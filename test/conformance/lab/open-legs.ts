import type { Leg } from '../../../src/conformance/leg';
import { webgpuLegs } from '../../../src/conformance/webgpu-legs';
import { createNodeGpu, listNodeAdapters } from '../../../src/node';
import type { LabOptions } from './options';
import { UsageError } from './options';
import { tfliteLeg } from './tflite-leg';

/**
 * The legs that were asked for.
 *
 * @throws AdapterError if WebGPU was asked for and there is no adapter; UsageError if a choice leaves no leg.
 */
export async function openLegs({
  legs,
  adapters,
  kernels,
}: Pick<LabOptions, 'legs' | 'adapters' | 'kernels'>): Promise<Leg[]> {
  const opened: Leg[] = legs.includes('tflite') ? [tfliteLeg] : [];
  if (legs.includes('webgpu')) {
    const onGpu = await openWebgpuLegs(adapters);
    const chosen = onGpu.filter(
      ({ name }) => kernels.length === 0 || kernels.some((words) => hasWords(name, words)),
    );
    if (chosen.length === 0) {
      const names = onGpu.map(({ name }) => `\n- ${name}`).join('');
      throw new UsageError(`--kernels ${kernels.join(', ')}: no kernel path is left of${names}`);
    }
    opened.push(...chosen);
  }
  return opened;
}

async function openWebgpuLegs(wanted: readonly string[]): Promise<Leg[]> {
  const found = await listNodeAdapters();
  const names = found.map(({ name }) => name);
  // Asked for without an adapter, or for one that is not there, it says what to do.
  if (found.length === 0) await createNodeGpu();
  for (const adapter of wanted) await createNodeGpu({ adapter });
  const chosen = names.filter((name, index) => {
    const { driver = '' } = found[index] ?? {};
    return (
      wanted.length === 0 ||
      wanted.some((text) => `${name} ${driver}`.toLowerCase().includes(text.toLowerCase()))
    );
  });
  const legs: Leg[] = [];
  for (const name of chosen) legs.push(...(await webgpuLegs(name, await createNodeGpu({ adapter: name }))));
  return legs;
}

function hasWords(name: string, words: string): boolean {
  return words.split(/\s+/).every((word) => name.split(/[\s,]+/).includes(word));
}
