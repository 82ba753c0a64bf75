import { wrap } from 'comlink';
import type { Remote } from 'comlink';
import type { Engine, ModelFiles } from '../worker/engine';
import type { EngineFactory } from '../worker/engine.worker';
import { fetchBytes } from './page-files';

/** The engine as the page sees it: every call is a message to the worker. */
export type RemoteEngine = Remote<Engine>;

/** Fetches the models and starts the worker. */
export async function startEngine(): Promise<RemoteEngine> {
  const worker = new Worker(new URL('../worker/engine.worker.ts', import.meta.url), { type: 'module' });
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => {
      reject(new Error(`the engine's worker does not start: ${event.message}`));
    });
  });
  const { start } = wrap<EngineFactory>(worker);
  const files = await fetchModels();
  return Promise.race([start(files), failed]) as unknown as Promise<RemoteEngine>;
}

async function fetchModels(): Promise<ModelFiles> {
  const [digits, digitSamples, denoiser, integer, float, alphabet] = await Promise.all([
    fetchBytes('digits.tflite'),
    fetchBytes('digits-samples.npy'),
    fetchBytes('denoiser.tflite'),
    fetchBytes('characters.tflite'),
    fetchBytes('characters-float.tflite'),
    fetchBytes('characters.json'),
  ]);
  const parsed = JSON.parse(new TextDecoder().decode(alphabet)) as { readonly alphabet: string };
  return { digits, digitSamples, denoiser, characters: { integer, float, alphabet: parsed.alphabet } };
}
