import { expect, it } from 'vitest';
import type { KernelOptions } from '../../src/runtime/gpu/gpu-model';
import type { Session } from '../../src/runtime/session';
import { describeOnContext } from './gpu';
import { referenceSession, sessionsOn } from './gpu-session';
import { integerLstmGraph, PLAIN, variantName } from './integer-lstm';
import type { IntegerLstmOptions } from './integer-lstm';
import { Random } from './random';

export interface LstmStageCase extends IntegerLstmOptions {
  readonly batch: number;
  readonly timesteps: number;
  /** Of the second call; all rows run whole without it. */
  readonly lengths?: readonly number[];
}

/** Kernels that leave stages behind, and both that do not. */
const WAYS = [
  ['every', 'computed'],
  ['off', 'computed'],
  ['off', 'table'],
] as const;

/**
 * Holds a kernel of the LSTM to its twin: every stage of every cell, timestep and batch row that the kernel leaves behind is
 * compared with what the twin makes of the same inputs; and, as stages are written by kernels of their own, the outputs and
 * states of those that leave none. Each case runs two calls, so that state carries over.
 */
export function describeLstmKernel(
  kernel: string,
  kernels: KernelOptions,
  cases: readonly LstmStageCase[],
): void {
  describeOnContext(`${kernel} equals its twin in every stage`, (context) => {
    it.each(cases.map((options) => [nameOf(options), options] as const))('%s', async (_, options) => {
      const seed = options.units * 31 + options.inputs;
      const random = new Random(seed);
      const graph = integerLstmGraph(options, random);
      const { batch, timesteps, inputs, lengths } = options;
      const calls = [null, lengths ?? null].map((ends) => ({
        input: random.int8(batch * timesteps * inputs),
        options: ends === null ? {} : { lengths: Int32Array.from(ends) },
      }));
      const run = async (session: Session): Promise<unknown[]> => {
        const results: unknown[] = [];
        for (const { input, options: ends } of calls) {
          results.push(await session.runNamed({ [graph.tensors[graph.inputs[0]!]!.name]: input }, ends));
        }
        results.push(await session.saveState());
        session.dispose();
        return results;
      };
      const expected = await run(referenceSession(graph, batch));
      for (const [check, activations] of WAYS) {
        const found = await run(sessionsOn(context(), graph, { activations, ...kernels }, { check })(batch));
        expect(found, `seed ${seed}`).toEqual(expected);
      }
      const outputs = expected
        .slice(0, calls.length)
        .flatMap((results) => Object.values(results as Record<string, Int8Array>))
        .flatMap((output) => [...output]);
      expect(new Set(outputs).size, `seed ${seed}: outputs that are all alike prove little`).toBeGreaterThan(
        1,
      );
    });
  });
}

function nameOf({
  variant = PLAIN,
  inputs,
  units,
  outputs,
  batch,
  timesteps,
  directions,
}: LstmStageCase): string {
  const sizes = `${inputs} to ${units}${outputs === undefined ? '' : ` to ${outputs}`}`;
  const both = directions?.length === 2 ? ', both directions' : '';
  return `${variantName(variant)}${both}: ${sizes}, batch ${batch}, ${timesteps} timesteps`;
}
