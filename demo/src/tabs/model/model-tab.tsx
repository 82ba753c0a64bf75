import type { Remote } from 'comlink';
import { useEffect, useState } from 'preact/hooks';
import { LoseDevice } from '../../ui/lose-device';
import type { BenchSheet, ModelBench } from '../../worker/model/model-bench';
import type { TabProps } from '../tab-props';
import { DropZone } from './drop-zone';
import { GraphView } from './graph-view';
import { JobProblem } from './job-status';
import { LstmCards } from './lstm-cards';
import './model.css';
import { ModelSummary } from './model-summary';
import { QuantizePanel } from './quantize-panel';
import { QuantizedResult } from './quantized-result';
import { Reasons } from './reasons';
import { RunPanel } from './run-panel';
import { Tour } from './tour';
import { useJob } from './use-job';

const EMPTY: BenchSheet = { opened: 0, model: null, arrays: [], quantized: null };

const SAMPLES = [
  { id: 'characters', title: 'A character model', meaning: 'float32, to be quantized' },
  { id: 'digits', title: 'A digit reader', meaning: 'int8, runs as it is' },
] as const;

/** The visitor's own model: what it is, what it becomes in integers, how it runs. */
export function ModelTab({ engine, status }: TabProps) {
  const [bench, setBench] = useState<Remote<ModelBench> | null>(null);
  const [sheet, setSheet] = useState<BenchSheet>(EMPTY);
  const [view, setView] = useState<'file' | 'integers'>('file');
  const job = useJob();

  useEffect(() => {
    job.start('open', async () => {
      const remote = await engine.modelBench();
      // A component's state that is a function would be called.
      setBench(() => remote);
      // What was on the bench when the visitor left for another tab.
      setSheet(await remote.sheet());
    });
  }, []);

  const open = (work: (remote: Remote<ModelBench>) => Promise<BenchSheet>): void => {
    if (bench === null) return;
    job.start('open', async (tell) => {
      tell({ label: 'Reading…', share: null });
      try {
        setSheet(await work(bench));
        setView('file');
      } catch (error) {
        setSheet(await bench.sheet());
        throw error;
      }
    });
  };
  const take = (files: readonly File[]): void => {
    if (files.length === 0) return;
    open(async (remote) =>
      remote.take(
        await Promise.all(
          files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
        ),
      ),
    );
  };

  const { opened, model, arrays, quantized } = sheet;
  const runnable = model?.verdict === 'runs' ? model : (quantized?.model ?? null);
  const shown = view === 'integers' && quantized !== null ? quantized.model : model;
  return (
    <div class="model">
      <DropZone isBusy={job.kind !== null || bench === null} hasModel={model !== null} onFiles={take} />
      <div class="row try">
        <span role="status">{job.kind === 'open' ? 'Reading…' : 'No model at hand?'}</span>
        {SAMPLES.map(({ id, title, meaning }) => (
          <button
            key={id}
            type="button"
            disabled={job.kind !== null || bench === null}
            data-testid={`sample-${id}`}
            onClick={() => {
              open((remote) => remote.openSample(id));
            }}
          >
            {title} <small>{meaning}</small>
          </button>
        ))}
      </div>
      <JobProblem job={job} kinds={['open']} />
      {model === null && <Tour />}
      {model !== null && shown !== null && bench !== null && (
        <>
          <section class="panel" aria-label="The model">
            <ModelSummary sheet={shown} />
            {model.verdict === 'quantize' && (
              <div class="row" role="group" aria-label="Form of the model">
                <button
                  type="button"
                  aria-pressed={view === 'file'}
                  onClick={() => {
                    setView('file');
                  }}
                >
                  Float, as given
                </button>
                <button
                  type="button"
                  aria-pressed={view === 'integers'}
                  disabled={quantized === null}
                  onClick={() => {
                    setView('integers');
                  }}
                >
                  Integers
                </button>
              </div>
            )}
            <Reasons sheet={shown} />
            {shown.graph !== null && (
              <>
                <LstmCards layers={shown.graph.layers} />
                <GraphView graph={shown.graph} />
              </>
            )}
          </section>
          {model.verdict === 'quantize' && (
            <QuantizePanel
              key={`quantize ${opened}`}
              bench={bench}
              job={job}
              arrays={arrays}
              onQuantized={(next) => {
                setSheet({ ...sheet, quantized: next });
              }}
            />
          )}
          {quantized !== null && <QuantizedResult quantized={quantized} />}
          {runnable !== null && (
            <RunPanel
              key={`run ${opened} ${quantized?.made ?? 0}`}
              bench={bench}
              job={job}
              sheet={runnable}
              arrays={arrays}
              isReference={status.backend === 'reference'}
            >
              <LoseDevice engine={engine} status={status} what="a run" />
            </RunPanel>
          )}
        </>
      )}
    </div>
  );
}
