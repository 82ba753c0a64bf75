/** What a source gives when it is asked. */
type Arrival<T> =
  | { readonly kind: 'element'; readonly element: T }
  | { readonly kind: 'end' }
  | { readonly kind: 'failure'; readonly error: unknown };

/**
 * Maps what comes from `source`, in order, with up to `depth` results awaited at a time. A result that is ready is not kept
 * waiting for the next element.
 *
 * @throws what the source or `work` throws, in its place in the order; what is under way behind it is left to end by itself.
 */
export async function* inFlight<T, R>(
  source: AsyncIterable<T> | Iterable<T>,
  work: (element: T) => Promise<R>,
  depth: number,
): AsyncGenerator<R, void, undefined> {
  const elements =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  const underWay: Promise<R>[] = [];
  /** The element that was asked for and is not there yet. */
  let upcoming: Promise<Arrival<T>> | null = null;
  let last: Arrival<T> | null = null;
  try {
    for (;;) {
      const [oldest] = underWay;
      if (last === null && underWay.length < depth) {
        upcoming ??= ask(elements);
        const first: Arrival<T> | null = await (oldest === undefined
          ? upcoming
          : Promise.race([upcoming, oldest.then(() => null)]));
        if (first !== null) {
          upcoming = null;
          if (first.kind === 'element') underWay.push(start(work, first.element));
          else last = first;
          continue;
        }
      }
      if (oldest === undefined) break;
      yield await oldest;
      void underWay.shift();
    }
    if (last?.kind === 'failure') throw last.error;
  } finally {
    if (last === null) await elements.return?.();
  }
}

async function ask<T>(elements: AsyncIterator<T> | Iterator<T>): Promise<Arrival<T>> {
  try {
    const next = await elements.next();
    return next.done === true ? { kind: 'end' } : { kind: 'element', element: next.value };
  } catch (error) {
    return { kind: 'failure', error };
  }
}

/** Begins at once; that it fails before anybody waits for it is no error of its own. */
function start<T, R>(work: (element: T) => Promise<R>, element: T): Promise<R> {
  const result = (async () => work(element))();
  result.catch(() => undefined);
  return result;
}
