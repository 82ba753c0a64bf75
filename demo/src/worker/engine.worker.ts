import { expose, proxy } from 'comlink';
import { Engine } from './engine';
import type { ModelFiles } from './engine';

/** The worker's one function: everything else is asked of what it returns. */
const factory = {
  start: async (files: ModelFiles): Promise<Engine> => proxy(await Engine.start(files)),
};
export type EngineFactory = typeof factory;

expose(factory);
