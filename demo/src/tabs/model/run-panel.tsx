import type { Remote } from 'comlink';
import { proxy } from 'comlink';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { ArraySheet, ModelBench } from '../../worker/model/model-bench';
import type { RunResult, RunSize, TraceResult, VerifyResult } from '../../worker/model/model-runner';
import type { ModelSheet } from '../../worker/model/sheet';
import { DataChoice } from './data-choice';
import { JobProblem, JobStatus } from './job-status';
import { NumberField } from './number-field';
import { OutputView } from './output-view';
import { TraceView } from './trace-view';
import type { Job, JobKind } from './use-job';
import { countOf, counted, durationOf } from './words';

export interface RunPanelProps {
  readonly bench: Remote<ModelBench>;
  readonly job: Job;
  readonly sheet: ModelSheet;
  readonly arrays: readonly ArraySheet[];
  readonly isReference: boolean;
  /** What stands below the buttons. */
  readonly children: ComponentChildren;
}

const KINDS: readonly JobKind[] = ['run', 'verify', 'trace'];

/** Timesteps of a random run, where the model does not say. */
const TIMESTEPS = 32;

/** Runs an integer model, holds it to the reference, looks inside. */
export function RunPanel({ bench, job, sheet, arrays, isReference, children }: RunPanelProps) {
  const [choice, setRandom] = useState<boolean | null>(null);
  const [batch, setBatch] = useState(1);
  const [timesteps, setTimesteps] = useState(TIMESTEPS);
  const [seed, setSeed] = useState(1);
  const [result, setResult] = useState<RunResult | null>(null);
  const [verified, setVerified] = useState<VerifyResult | null>(null);
  const [trace, setTrace] = useState<TraceResult | null>(null);
  const isRandom = arrays.length === 0 || (choice ?? false);
  const fixedBatch = sheet.sizes?.batch.fixedBecause ?? null;
  const random = isRandom
    ? { batch: fixedBatch === null ? batch : (sheet.sizes?.batch.inFile ?? 1), timesteps, seed }
    : null;
  const wasLost = [result, verified, trace].some((each) => each?.recovered === true);

  const start = <T,>(
    kind: JobKind,
    label: string,
    work: (onProgress: (fraction: number) => void) => Promise<T | null>,
    done: (found: T) => void,
  ): void => {
    job.start(kind, async (tell) => {
      tell({ label, share: null });
      const onProgress = (fraction: number): void => {
        tell({ label, share: fraction });
      };
      const found = await work(proxy(onProgress));
      if (found !== null) done(found);
    });
  };

  const run = (): void => {
    start(
      'run',
      'Running: once to compile kernels, once for the clock…',
      (tell) => bench.run(random, tell),
      setResult,
    );
  };
  const verify = (): void => {
    setVerified(null);
    start(
      'verify',
      'Repeating every stage of every timestep on the CPU…',
      (tell) => bench.verify(random, tell),
      setVerified,
    );
  };
  const look = (): void => {
    start('trace', 'Running with every stage shown…', (tell) => bench.trace(random, tell), setTrace);
  };
  const isBusy = job.kind !== null;
  return (
    <form
      class="panel run"
      onSubmit={(event) => {
        event.preventDefault();
        run();
      }}
    >
      <h2>Run</h2>
      <DataChoice
        name="input"
        legend="Input"
        arrays={arrays}
        isRandom={isRandom}
        onRandom={setRandom}
        warning="shows speed and exactness, and means nothing"
      >
        <NumberField
          label={fixedBatch === null ? 'batch' : 'batch (fixed)'}
          value={fixedBatch === null ? batch : (sheet.sizes?.batch.inFile ?? 1)}
          min={1}
          max={1024}
          disabled={fixedBatch !== null}
          onValue={setBatch}
        />
        <NumberField label="timesteps" value={timesteps} min={1} max={10_000} onValue={setTimesteps} />
        <NumberField label="seed" value={seed} min={0} max={9999} onValue={setSeed} />
      </DataChoice>
      <div class="row">
        <button type="submit" disabled={isBusy}>
          Run
        </button>
        <button type="button" disabled={isBusy || isReference} onClick={verify} data-testid="verify">
          Verify against the reference
        </button>
        <button type="button" disabled={isBusy} onClick={look} data-testid="look">
          Look inside
        </button>
        <div class="either">
          <JobStatus job={job} kinds={KINDS} cancel={() => void bench.cancel()} />
          <p class="notice" role="status" data-testid="lost">
            {wasLost &&
              !isBusy &&
              'The GPU device was lost and replaced; everything was run again on the next one.'}
          </p>
        </div>
      </div>
      {children}
      <JobProblem job={job} kinds={KINDS} />
      {isReference && <p class="note">This is the reference: there is nothing to verify it against here.</p>}
      {!isReference && <Verification result={verified} />}
      {result !== null && (
        <>
          <dl class="figures-row" data-testid="run">
            <div>
              <dt>per timestep</dt>
              <dd>{durationOf(result.stepMs)}</dd>
              <dd class="note">{sizeOf(result)}</dd>
            </div>
            <div>
              <dt>kernels</dt>
              <dd class="path">{result.path}</dd>
            </div>
          </dl>
          {result.outputs.map((output) => (
            <OutputView key={output.name} output={output} />
          ))}
        </>
      )}
      {trace !== null && <TraceView trace={trace} />}
    </form>
  );
}

function sizeOf({ batch, timesteps, calls }: RunSize): string {
  const parts = [counted(timesteps, 'timestep'), `batch ${batch}`];
  return [...parts, ...(calls === 1 ? [] : [`${calls} calls`])].join(', ');
}

// The keys make each message an element of its own: words that are reused in another one's place would be seen to move.
function Verification({ result }: { readonly result: VerifyResult | null }) {
  if (result === null) {
    return (
      <p key="none" class="message verification" role="status">
        Verifying repeats every stage on the CPU and compares each value.
      </p>
    );
  }
  const { compared, mismatch } = result;
  return mismatch === null ? (
    <p key="exact" class="message verification exact" role="status" data-testid="verified">
      <b>0 of {countOf(compared)} values differ</b> from the reference: {sizeOf(result)}.
    </p>
  ) : (
    <p key="mismatch" class="message problem" role="alert" data-testid="verified">
      Mismatch: <code>{mismatch}</code>
    </p>
  );
}
