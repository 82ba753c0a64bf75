import { useEffect, useState } from 'react';
import { Octogate } from 'octogate';
import type { LoadOptions, Model, Session } from 'octogate';

/** What there is of something that takes time. */
export type Pending<T> =
  | { readonly state: 'pending' }
  | { readonly state: 'done'; readonly value: T }
  | { readonly state: 'failed'; readonly error: unknown };

const PENDING = { state: 'pending' } as const;

/**
 * A model for as long as the component is mounted: an effect fetches and loads it, and the effect's cleanup disposes of it,
 * also when that comes before loading is through, as under StrictMode.
 *
 * @param options the same object in every render, such as a constant of the module; another one loads the model again
 */
export function useOctogate(url: string, options?: LoadOptions): Pending<Model> {
  const [model, setModel] = useState<Pending<Model>>(PENDING);
  useEffect(() => {
    const { signal, end } = lifetime();
    const loading = load(url, options, signal);
    settle(loading, signal, setModel);
    return () => {
      end();
      setModel(PENDING);
      loading.then(
        (loaded) => {
          loaded.dispose();
        },
        () => undefined, // There is nothing to dispose of; who waited was told.
      );
    };
  }, [url, options]);
  return model;
}

/** A session of a model, with a state of its own, for as long as the component is mounted; null until the model is there. */
export function useSession(model: Model | null, batch = 1): Session | null {
  const [session, setSession] = useState<Session | null>(null);
  useEffect(() => {
    if (model === null) return;
    const created = model.createSession({ batch });
    setSession(created);
    return () => {
      created.dispose();
      setSession(null);
    };
  }, [model, batch]);
  return session;
}

/** The output for an input as a new sequence. Another input, and unmounting, abort the run that is under way. */
export function useOutput(session: Session | null, input: Int8Array | null): Pending<Int8Array> {
  const [output, setOutput] = useState<Pending<Int8Array>>(PENDING);
  useEffect(() => {
    if (session === null || input === null) return;
    const { signal, end } = lifetime();
    session.reset();
    settle(session.run(input, { signal }), signal, setOutput);
    return () => {
      end();
      setOutput(PENDING);
    };
  }, [session, input]);
  return output;
}

async function load(url: string, options: LoadOptions | undefined, signal: AbortSignal): Promise<Model> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  return Octogate.load(await response.arrayBuffer(), options);
}

/** Of an effect: the signal aborts when its cleanup calls `end`. */
function lifetime(): { readonly signal: AbortSignal; readonly end: () => void } {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    end: () => {
      controller.abort();
    },
  };
}

/** Tells what becomes of a promise, unless nobody wants to know any more. */
function settle<T>(promise: Promise<T>, signal: AbortSignal, tell: (outcome: Pending<T>) => void): void {
  promise.then(
    (value) => {
      if (!signal.aborted) tell({ state: 'done', value });
    },
    (error: unknown) => {
      if (!signal.aborted) tell({ state: 'failed', error });
    },
  );
}
