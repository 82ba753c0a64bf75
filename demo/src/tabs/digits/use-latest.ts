import { useRef } from 'preact/hooks';

/**
 * Runs work one piece at a time and skips what was overtaken: while one runs, only the newest of those that follow waits.
 */
export function useLatest<T>(work: (item: T) => Promise<void>): (item: T) => void {
  const state = useRef<{ isBusy: boolean; next: { readonly item: T } | null }>({ isBusy: false, next: null });
  const run = async (item: T): Promise<void> => {
    state.current.isBusy = true;
    await work(item);
    state.current.isBusy = false;
    const { next } = state.current;
    state.current.next = null;
    if (next !== null) await run(next.item);
  };
  return (item) => {
    if (state.current.isBusy) state.current.next = { item };
    else void run(item);
  };
}
