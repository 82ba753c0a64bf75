import type { BenchOptions, BenchReport, BenchSubject } from '../../src/bench';

/** A model travels as the address that the page fetches it from. */
export type PageSubject =
  | (BenchSubject & { readonly kind: 'shape' })
  | (Omit<BenchSubject & { readonly kind: 'model' }, 'bytes'> & { readonly url: string });

/** What a page is told to do; it travels as JSON. */
export interface PageOptions extends Omit<BenchOptions, 'gpu' | 'subjects' | 'peers' | 'onProgress'> {
  readonly subjects: readonly PageSubject[];
  /** Names of peers; null for none. */
  readonly peers: readonly string[] | 'all' | null;
}

export type PageMessage =
  | { readonly kind: 'progress'; readonly what: string }
  | { readonly kind: 'done'; readonly report: BenchReport }
  | { readonly kind: 'failed'; readonly reason: string };
