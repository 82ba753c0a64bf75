import { DeviceLostError, InputError, MismatchError, Model } from 'octogate';
import type { Values } from 'octogate';
import type { SourceArray } from 'octogate/data';
import type { Graph } from 'octogate/import';
import { kernelPath } from '../execution';
import type { Execution } from '../execution';
import { MadeOnce } from '../../made-once';
import { arrayCalls, randomCalls } from './call-inputs';
import type { Calls, RandomInputs } from './call-inputs';
import { StageCollector } from './layer-stages';
import type { LayerStages } from './layer-stages';
import { outputSheets } from './output-sheet';
import type { OutputSheet } from './output-sheet';

/** What a run is fed with: the visitor's arrays, or values drawn by chance. */
export type RunInputs =
  | { readonly kind: 'arrays'; readonly arrays: readonly SourceArray[] }
  | ({ readonly kind: 'random' } & RandomInputs);

/** How large a run was and how it ran. */
export interface RunSize {
  readonly batch: number;
  /** Of all calls together. */
  readonly timesteps: number;
  readonly calls: number;
  /** The device was lost on the way, replaced, and everything run again. */
  readonly recovered: boolean;
}

export interface RunResult extends RunSize {
  readonly outputs: readonly OutputSheet[];
  /** Milliseconds per timestep, of a repetition after the first run, which compiles kernels. */
  readonly stepMs: number;
  readonly path: string;
}

export interface VerifyResult extends RunSize {
  readonly compared: number;
  /** The report of the first integer that differs; null if none does. */
  readonly mismatch: string | null;
}

export interface TraceResult extends RunSize {
  readonly layers: readonly LayerStages[];
}

export interface Watch {
  readonly signal: AbortSignal;
  /** Told how much is done, 0 to 1. */
  readonly onProgress: (fraction: number) => void;
}

/** Runs one integer model. */
export class ModelRunner {
  readonly #execution: Execution;
  readonly #graph: Graph;
  readonly #model: MadeOnce<Model>;

  constructor(execution: Execution, graph: Graph) {
    this.#execution = execution;
    this.#graph = graph;
    this.#model = new MadeOnce(() => Model.fromGraph(graph, execution.options));
  }

  async run(inputs: RunInputs, watch: Watch): Promise<RunResult> {
    const model = await this.#model.get();
    return onDevice(async (recovered) => {
      const calls = callsOf(model, inputs);
      const size = { ...sizeOf(calls), recovered };
      await withSession(model, calls, (run) => run(watch));
      const { results, elapsedMs } = await withSession(model, calls, async (run) => {
        const start = performance.now();
        return { results: await run({ signal: watch.signal }), elapsedMs: performance.now() - start };
      });
      return {
        ...size,
        outputs: outputSheets(model, calls, results),
        stepMs: elapsedMs / size.timesteps,
        path: await kernelPath(model, { batch: size.batch, timesteps: size.timesteps / size.calls }),
      };
    });
  }

  /** Repeats every stage of every timestep on the reference. */
  async verify(inputs: RunInputs, watch: Watch): Promise<VerifyResult> {
    const model = await Model.fromGraph(this.#graph, { ...this.#execution.options, check: 'every' });
    try {
      return await onDevice(async (recovered) => {
        const calls = callsOf(model, inputs);
        const size = { ...sizeOf(calls), recovered };
        const session = model.createSession({ batch: size.batch });
        try {
          for (const [index, { values }] of calls.entries()) {
            await session.runNamed(values, watched(watch, index, calls.length));
          }
          return { ...size, compared: session.comparedValues, mismatch: null };
        } catch (error) {
          if (!(error instanceof MismatchError)) throw error;
          return { ...size, compared: session.comparedValues, mismatch: error.message };
        } finally {
          session.dispose();
        }
      });
    } finally {
      model.dispose();
    }
  }

  async trace(inputs: RunInputs, watch: Watch): Promise<TraceResult> {
    const model = await this.#model.get();
    return onDevice(async (recovered) => {
      const calls = callsOf(model, inputs);
      const stages = new StageCollector();
      await withSession(model, calls, (run) => run({ ...watch, onTrace: stages.add }));
      return { ...sizeOf(calls), recovered, layers: stages.stages() };
    });
  }

  async dispose(): Promise<void> {
    (await this.#model.take())?.dispose();
  }
}

type RunCalls = (
  options: Partial<Watch> & { readonly onTrace?: StageCollector['add'] },
) => Promise<Record<string, Values>[]>;

/** Runs calls one after the other on a session of their own. */
async function withSession<T>(model: Model, calls: Calls, work: (run: RunCalls) => Promise<T>): Promise<T> {
  const session = model.createSession({ batch: sizeOf(calls).batch });
  try {
    return await work(async ({ onTrace, signal, onProgress }) => {
      const results: Record<string, Values>[] = [];
      for (const [index, { values }] of calls.entries()) {
        results.push(
          await session.runNamed(values, {
            ...(signal === undefined ? {} : { signal }),
            ...(onProgress === undefined ? {} : watched({ onProgress }, index, calls.length)),
            ...(onTrace === undefined ? {} : { onTrace }),
          }),
        );
      }
      return results;
    });
  } finally {
    session.dispose();
  }
}

function watched<W extends Pick<Watch, 'onProgress'>>(watch: W, index: number, count: number): W {
  return {
    ...watch,
    onProgress: (fraction: number) => {
      watch.onProgress((index + fraction) / count);
    },
  };
}

function callsOf(model: Model, inputs: RunInputs): Calls {
  return inputs.kind === 'random' ? randomCalls(model, inputs) : arrayCalls(model, inputs.arrays);
}

function sizeOf(calls: Calls): Omit<RunSize, 'recovered'> {
  const [first] = calls;
  if (first === undefined) throw new InputError('there is nothing to run');
  return { batch: first.batch, timesteps: first.timesteps * calls.length, calls: calls.length };
}

/** A run begins at the reset state, so after a lost device it is simply done again, on the next one. */
async function onDevice<T>(work: (recovered: boolean) => Promise<T>): Promise<T> {
  try {
    return await work(false);
  } catch (error) {
    if (!(error instanceof DeviceLostError)) throw error;
    return work(true);
  }
}
