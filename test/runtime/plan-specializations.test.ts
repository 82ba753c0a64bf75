import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { importTflite } from '../../src/import/tflite';
import type { Graph } from '../../src/model';
import { loadGraph } from '../../src/runtime/load-graph';
import { buildPlan } from '../../src/runtime/plan/build-plan';
import { TUNABLE } from '../../src/runtime/plan/lstm-tuning';
import type { PlannedCommand, PlannedDispatch } from '../../src/runtime/plan/plan';
import { checkSpecialization } from '../support/check-contract';
import { integerLstmGraph, VARIANTS, variantName } from '../support/integer-lstm';
import { Random } from '../support/random';

const PATHS = [null, ...TUNABLE.path];

function dispatchesOf(commands: readonly PlannedCommand[]): PlannedDispatch[] {
  return commands.flatMap((command) => {
    if (command.kind === 'dispatch') return [command];
    return command.kind === 'repeat' ? dispatchesOf(command.body) : [];
  });
}

/** Checks every dispatch of a graph on every path through its recurrences, for one timestep and for some. */
async function checkPlans(graph: Graph): Promise<void> {
  const model = await loadGraph(graph);
  const { fixedBecause, inFile } = model.shapes.timesteps;
  for (const timesteps of fixedBecause === null ? [1, 5] : [inFile]) {
    for (const trace of [false, true]) {
      for (const path of PATHS) {
        const sizes = { batch: model.shapes.batch.inFile, timesteps };
        const plan = buildPlan(model, { ...sizes, trace, path, dot: 'packed', rows: 'plain' });
        const dispatches = dispatchesOf(plan.commands);
        expect(dispatches.length).toBeGreaterThan(0);
        for (const { contract, specialization, bindings } of dispatches) {
          checkSpecialization(contract, specialization);
          expect(Object.keys(bindings).sort()).toEqual(contract.bindings.map(({ name }) => name).sort());
        }
      }
    }
  }
}

describe('every planned dispatch sets what its contract names', () => {
  it.each(VARIANTS.map((variant) => [variantName(variant), variant] as const))('%s', async (_, variant) => {
    await checkPlans(
      integerLstmGraph({ variant, inputs: 5, units: 7, outputs: 3, timesteps: 5 }, new Random(1)),
    );
  });

  it.each(['digits', 'characters', 'denoiser'])('%s.tflite', async (name) => {
    await checkPlans(importTflite(await readFile(`models/${name}.tflite`)));
  });
});
