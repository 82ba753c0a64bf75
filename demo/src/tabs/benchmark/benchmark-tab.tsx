import type { BenchReport } from 'octogate/bench';
import { useEffect, useRef, useState } from 'preact/hooks';
import { FORMS, startBenchmark, stepsOf } from '../../engine/start-benchmark';
import type { BenchmarkChoice, RunningBenchmark } from '../../engine/start-benchmark';
import { Problem } from '../../ui/problem';
import { useMessageOf } from '../../ui/use-message-of';
import type { TabProps } from '../tab-props';
import { PeersTable } from './peers-table';
import { RateChart } from './rate-chart';
import { ResultsTable, rounded } from './results-table';

const PEER_MEGABYTES = Math.round(PEER_BYTES / 1e6);
const BUDGET_SECONDS = {
  short: FORMS.short.peerBudgetMs / 1000,
  long: FORMS.long.peerBudgetMs / 1000,
};

interface Progress {
  readonly what: string;
  /** Steps begun, and all of them. */
  readonly step: number;
  readonly steps: number;
}

export function BenchmarkTab({ status }: TabProps) {
  const [progress, setProgress] = useState<Progress | null>(null);
  const [comparing, setComparing] = useState(false);
  const [report, setReport] = useState<BenchReport | null>(null);
  const [copied, setCopied] = useState(false);
  const [message, attempt] = useMessageOf();
  const running = useRef<RunningBenchmark | null>(null);

  const stop = (): void => {
    running.current?.stop();
    running.current = null;
    setProgress(null);
  };
  useEffect(() => stop, []);

  const run = async (form: BenchmarkChoice['form']): Promise<void> => {
    stop();
    setReport(null);
    setCopied(false);
    const choice = { form, comparing };
    const steps = stepsOf(choice);
    setProgress({ what: 'starting', step: 0, steps });
    await attempt(async () => {
      const started = startBenchmark(choice, (what) => {
        setProgress((before) => (before === null ? null : { ...before, what, step: before.step + 1 }));
      });
      running.current = started;
      setReport(await started.report);
    });
    stop();
  };

  if (status.backend === 'reference') {
    return <p class="message notice">The benchmark measures WebGPU, which is missing here.</p>;
  }
  const json = report === null ? '' : JSON.stringify(report, null, 2);
  return (
    <div class="benchmark">
      <p>
        Times calls of random networks of common sizes, and of this page's own models, in turns with what the
        adapter can do at most. First results are checked against the integer reference, later ones against
        the first.
      </p>
      <label class="compare">
        <input
          type="checkbox"
          checked={comparing}
          disabled={progress !== null}
          onChange={(event) => {
            setComparing(event.currentTarget.checked);
          }}
        />
        <span>
          Compare with onnxruntime-web (WebGPU, WASM) and TensorFlow.js
          <small>
            Then loads {PEER_MEGABYTES} MB from where this page is, and waits until that is compiled: some
            minutes. Each has {BUDGET_SECONDS.short} s per network in the short form, {BUDGET_SECONDS.long} s
            in the long one.
          </small>
        </span>
      </label>
      <div class="row">
        <button type="submit" disabled={progress !== null} onClick={() => void run('short')}>
          Short form
        </button>
        <button type="button" disabled={progress !== null} onClick={() => void run('long')}>
          Long form
        </button>
        <button type="button" disabled={progress === null} onClick={stop}>
          Cancel
        </button>
        <progress
          max={progress?.steps ?? 1}
          value={progress?.step ?? 0}
          aria-label="benchmark"
          class={progress === null ? 'idle' : ''}
        />
      </div>
      <p class="figures" role="status" data-testid="bench-status">
        {progress === null ? (report === null ? 'Not run yet.' : 'Done.') : `${progress.what}…`}
      </p>
      <Problem message={message} />
      {report !== null && (
        <>
          <h2>On {status.adapter}</h2>
          <p class="figures">
            An empty submission with its readback takes {rounded(report.ceilings.emptySubmitMs)} ms here; no
            call is faster.
          </p>
          <ResultsTable report={report} />
          <RateChart report={report} />
          {report.results.some(({ peers }) => peers.length > 0) && <PeersTable report={report} />}
          <div class="row">
            <button
              type="button"
              onClick={() =>
                void attempt(async () => {
                  await navigator.clipboard.writeText(json);
                  setCopied(true);
                })
              }
            >
              {copied ? 'Copied' : 'Copy as JSON'}
            </button>
            <a
              class="button"
              download="octogate-bench.json"
              href={`data:application/json;charset=utf-8,${encodeURIComponent(json)}`}
            >
              Download JSON
            </a>
          </div>
        </>
      )}
    </div>
  );
}
