/** The benchmark in a page: the module that {@link runInBrowser} has the page load. */
import { runBenchmark } from '../../src/bench';
import type { BenchSubject, Peer } from '../../src/bench';
import type { PageMessage, PageOptions, PageSubject } from './page-options';

declare global {
  /** Defined by whoever opened the page. */
  function tellOctogate(message: PageMessage): Promise<void>;
}

/** Runs a benchmark and tells how it goes; never throws. */
export async function run(options: PageOptions): Promise<void> {
  try {
    const subjects = await Promise.all(options.subjects.map(subjectOf));
    const report = await runBenchmark({
      ...options,
      gpu: navigator.gpu,
      subjects,
      peers: await peersOf(options.peers),
      onProgress: (what) => void tellOctogate({ kind: 'progress', what }),
    });
    await tellOctogate({ kind: 'done', report });
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    await tellOctogate({ kind: 'failed', reason });
  }
}

async function subjectOf(subject: PageSubject): Promise<BenchSubject> {
  if (subject.kind === 'shape') return subject;
  const { url, ...rest } = subject;
  const response = await fetch(url);
  return { ...rest, bytes: new Uint8Array(await response.arrayBuffer()) };
}

async function peersOf(ids: PageOptions['peers']): Promise<readonly Peer[]> {
  if (ids === null) return [];
  const { createPeers } = await import('../peers');
  const { createPageHost } = await import('../peers/page-host');
  return createPeers(createPageHost('/node_modules/'), ids === 'all' ? undefined : ids);
}
