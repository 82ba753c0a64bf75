import { Octogate } from '../index';
import type { LoadOptions, SessionState } from '../index';
import type { Graph } from '../model';

/** A case as files hold it; every leg reads the model for itself. */
export interface WrittenCase {
  /** `.tflite` */
  readonly model: Uint8Array<ArrayBuffer>;
  /** What the file says. */
  readonly graph: Graph;
  /** Inputs of the calls, in turn. */
  readonly calls: readonly Int8Array[];
}

/** What a backend makes of a case. */
export interface Answer {
  /** Outputs of the calls, in turn; row-major, all timesteps and units. */
  readonly outputs: readonly Int8Array[];
  /** State of every layer after the last call; null where a backend does not show it. */
  readonly state: SessionState | null;
}

/** One backend, in one configuration, as the lab asks it. */
export interface Leg {
  readonly name: string;
  /** Why the model is not one that this leg can judge; null if it is. */
  excludes(graph: Graph): string | null;
  answer(written: WrittenCase): Promise<Answer>;
}

/**
 * This library: the reference, or a GPU with a choice of kernels.
 *
 * @param optionsOf asked for each case, when no model of this leg is loaded
 */
export function octogateLeg(name: string, optionsOf: () => LoadOptions | Promise<LoadOptions>): Leg {
  return {
    name,
    excludes: () => null,
    async answer({ model, calls }) {
      const loaded = await Octogate.load(model, await optionsOf());
      try {
        const session = loaded.createSession();
        const outputs: Int8Array[] = [];
        for (const call of calls) outputs.push(await session.run(call));
        return { outputs, state: await session.saveState() };
      } finally {
        loaded.dispose();
      }
    },
  };
}

/** The integer CPU reference. */
export function referenceLeg(): Leg {
  return octogateLeg('reference', () => ({ backend: 'reference' }));
}
