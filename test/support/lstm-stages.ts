import { beforeAll, expect, it } from 'vitest';
import { createNodeGpu } from '../../src/gpu/node-gpu';
import type { KernelOptions } from '../../src/runtime/gpu/gpu-model';
import { Model } from '../../src/runtime/model';
import { describeWithAdapter } from './gpu';
import { integerLstmGraph, PLAIN, variantName } from './integer-lstm';
import type { IntegerLstmOptions } from './integer-lstm';
import { Random } from './random';

export interface LstmStageCase extends IntegerLstmOptions {
  readonly batch: number;
  readonly timesteps: number;
  /** Of the second call; all rows run whole without it. */
  readonly lengths?: readonly number[];
}

/**
 * Holds a kernel of the LSTM to its twin: every stage of every cell, timestep and batch row that the kernel leaves behind is
 * compared with what the twin makes of the same inputs. Each case runs two calls, so that state carries over.
 */
export function describeLstmKernel(
  kernel: string,
  kernels: KernelOptions,
  cases: readonly LstmStageCase[],
): void {
  describeWithAdapter(`${kernel} equals its twin in every stage`, () => {
    let gpu: GPU;
    beforeAll(async () => {
      gpu = await createNodeGpu();
    });

    it.each(cases.map((options) => [nameOf(options), options] as const))('%s', async (_, options) => {
      const seed = options.units * 31 + options.inputs;
      const random = new Random(seed);
      const model = await Model.fromGraph(integerLstmGraph(options, random), {
        gpu,
        kernels,
        check: 'every',
      });
      const session = model.createSession({ batch: options.batch });
      const input = model.inputs[0]!.name;
      const { batch, timesteps, inputs, lengths } = options;
      const call = (): Readonly<Record<string, Int8Array>> => ({
        [input]: random.int8(batch * timesteps * inputs),
      });
      await session.runNamed(call());
      const outputs = await session.runNamed(
        call(),
        lengths === undefined ? {} : { lengths: Int32Array.from(lengths) },
      );
      model.dispose();
      const values = Object.values(outputs).flatMap((output) => [...output]);
      expect(new Set(values).size, `seed ${seed}: outputs that are all alike prove little`).toBeGreaterThan(
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
