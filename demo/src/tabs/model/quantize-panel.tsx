import type { Remote } from 'comlink';
import { proxy } from 'comlink';
import type { RecipeName } from 'octogate/quantize';
import { useState } from 'preact/hooks';
import type { ArraySheet, ModelBench, QuantizedSheet } from '../../worker/model/model-bench';
import type { QuantizationStep } from '../../worker/model/quantize-model';
import { DataChoice } from './data-choice';
import { JobProblem, JobStatus } from './job-status';
import { NumberField } from './number-field';
import type { Job, JobKind } from './use-job';

export interface QuantizePanelProps {
  readonly bench: Remote<ModelBench>;
  readonly job: Job;
  readonly arrays: readonly ArraySheet[];
  readonly onQuantized: (quantized: QuantizedSheet) => void;
}

const KINDS: readonly JobKind[] = ['quantize'];

const RECIPES: readonly (readonly [RecipeName, string, string])[] = [
  ['plain', 'Plain', "the paper's table of scales, nothing more"],
  [
    'best',
    'Best',
    'also channel scales, clipping, copies, constant units, GPTQ rounding and bias correction: more accurate, by the same kernels',
  ],
];

const PHASES: Readonly<Record<QuantizationStep['phase'], (step: QuantizationStep) => string>> = {
  calibrating: ({ done, total }) => `Calibrating: sequence ${done} of ${total}`,
  rounding: ({ done, total }) => `Rounding: matrix ${done} of ${total}`,
  comparing: ({ done, total }) => `Comparing with the float model: sequence ${done} of ${total}`,
};

/** From a float model to integers, in the worker. */
export function QuantizePanel({ bench, job, arrays, onQuantized }: QuantizePanelProps) {
  const [choice, setRandom] = useState<boolean | null>(null);
  const [recipe, setRecipe] = useState<RecipeName>('best');
  const [sequences, setSequences] = useState(8);
  const [timesteps, setTimesteps] = useState(32);
  const [seed, setSeed] = useState(1);
  // Arrays are for use, until the visitor says otherwise.
  const isRandom = arrays.length === 0 || (choice ?? false);
  const quantize = (): void => {
    job.start('quantize', async (tell) => {
      const onProgress = (step: QuantizationStep): void => {
        tell({ label: PHASES[step.phase](step), share: step.total === 0 ? null : step.done / step.total });
      };
      const quantized = await bench.quantize(
        { recipe, random: isRandom ? { sequences, timesteps, seed } : null },
        proxy(onProgress),
      );
      if (quantized !== null) onQuantized(quantized);
    });
  };
  return (
    <form
      class="panel quantize"
      onSubmit={(event) => {
        event.preventDefault();
        quantize();
      }}
    >
      <h2>Quantize</h2>
      <div class="fields">
        <DataChoice
          name="calibration"
          legend="Calibration data"
          arrays={arrays}
          isRandom={isRandom}
          onRandom={setRandom}
          warning="for trying only: ranges of noise are not those of your data, so the result will be inaccurate"
        >
          <NumberField label="sequences" value={sequences} min={1} max={64} onValue={setSequences} />
          <NumberField label="timesteps" value={timesteps} min={1} max={1000} onValue={setTimesteps} />
          <NumberField label="seed" value={seed} min={0} max={9999} onValue={setSeed} />
        </DataChoice>
        <fieldset>
          <legend>Recipe</legend>
          {RECIPES.map(([name, title, meaning]) => (
            <label class="choice" key={name}>
              <input
                type="radio"
                name="recipe"
                checked={recipe === name}
                onChange={() => {
                  setRecipe(name);
                }}
              />
              <span>
                {title}
                <small>{meaning}</small>
              </span>
            </label>
          ))}
        </fieldset>
      </div>
      <div class="row">
        <button type="submit" disabled={job.kind !== null}>
          Quantize
        </button>
        <JobStatus job={job} kinds={KINDS} cancel={() => void bench.cancel()} />
      </div>
      <JobProblem job={job} kinds={KINDS} />
    </form>
  );
}
