import { useEffect, useState } from 'preact/hooks';
import { fetchBenchmark } from './engine/start-benchmark';
import { startEngine } from './engine/start-engine';
import type { RemoteEngine } from './engine/start-engine';
import { BenchmarkTab } from './tabs/benchmark/benchmark-tab';
import { DigitsTab } from './tabs/digits/digits-tab';
import { ModelTab } from './tabs/model/model-tab';
import { NoiseTab } from './tabs/noise/noise-tab';
import { TextTab } from './tabs/text/text-tab';
import { PageHead } from './ui/page-head';
import { Tabs } from './ui/tabs';
import { useMessageOf } from './ui/use-message-of';
import type { ExecutionStatus } from './worker/execution';

interface Started {
  readonly engine: RemoteEngine;
  readonly status: ExecutionStatus;
}

const TABS = [
  { id: 'digits', title: 'Digits', content: DigitsTab },
  { id: 'text', title: 'Text', content: TextTab },
  { id: 'noise', title: 'Noise suppression', content: NoiseTab },
  { id: 'model', title: 'Your model', content: ModelTab },
  { id: 'benchmark', title: 'Benchmark', content: BenchmarkTab },
] as const;

export function App() {
  const [started, setStarted] = useState<Started | null>(null);
  const [message, attempt] = useMessageOf();

  useEffect(() => {
    void attempt(async () => {
      const engine = await startEngine();
      setStarted({ engine, status: await engine.status() });
      // Loaded while there is a network; who needs it later asks again, and says so if it is missing.
      await Promise.allSettled([import('./tabs/model/report-page'), fetchBenchmark()]);
    });
  }, []);

  return (
    <>
      <PageHead status={started?.status ?? null} />
      <main>
        <Tabs
          tabs={TABS.map(({ id, title, content: Content }) => ({
            id,
            title,
            // The notice comes with the content: nothing that is there already makes way.
            render: () =>
              started === null ? (
                <Start problem={message?.text ?? null} />
              ) : (
                <>
                  <ReferenceNotice status={started.status} />
                  <Content {...started} />
                </>
              ),
          }))}
        />
      </main>
    </>
  );
}

/** What there is before the engine is. */
function Start({ problem }: { readonly problem: string | null }) {
  return problem === null ? (
    <p class="waiting">Starting the engine…</p>
  ) : (
    <p class="message problem" role="alert">
      {problem}
    </p>
  );
}

/** Says that there is no WebGPU, and what is done instead. */
function ReferenceNotice({ status }: { readonly status: ExecutionStatus }) {
  if (status.backend !== 'reference') return null;
  return (
    <p class="message notice" role="status" data-testid="missing">
      WebGPU is missing here ({status.adapter}). Everything below runs on the integer CPU reference instead:
      the same bits, more slowly. Chrome, Edge, Safari 26 and Firefox 141 or newer have WebGPU.
    </p>
  );
}
