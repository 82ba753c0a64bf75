import { beforeAll, expect, it } from 'vitest';
import { createNodeGpu } from '../../src/gpu/node-gpu';
import type { SessionState } from '../../src/index';
import { Model } from '../../src/runtime/model';
import type { LoadOptions } from '../../src/runtime/model';
import type { Graph } from '../../src/model';
import { describeWithAdapter } from '../support/gpu';
import { integerLstmGraph, VARIANTS, variantName } from '../support/integer-lstm';
import { Random } from '../support/random';

const LAYER = { inputs: 5, units: 11, outputs: 6, batch: 3, timesteps: 4 } as const;

interface Answer {
  readonly outputs: readonly unknown[];
  readonly state: SessionState;
}

/** Two calls on one session, the second with rows of different lengths. */
async function answer(graph: Graph, inputs: readonly Int8Array[], options: LoadOptions): Promise<Answer> {
  const model = await Model.fromGraph(graph, options);
  const session = model.createSession();
  const outputs: unknown[] = [];
  for (const [call, input] of inputs.entries()) {
    const lengths = call === 0 ? {} : { lengths: Int32Array.of(4, 1, 3) };
    outputs.push(await session.runNamed({ [model.inputs[0]!.name]: input }, lengths));
  }
  const state = await session.saveState();
  model.dispose();
  return { outputs, state };
}

describeWithAdapter('every variant in both directions on the GPU equals the reference', () => {
  let gpu: GPU;
  beforeAll(async () => {
    gpu = await createNodeGpu();
  });

  it.each(
    VARIANTS.flatMap((variant) =>
      (['step', 'sequence'] as const).map((lstm) => ({ name: variantName(variant), variant, lstm })),
    ),
  )('$name ($lstm)', async ({ name, variant, lstm }) => {
    const random = new Random(VARIANTS.indexOf(variant) + 1);
    const inputs = [0, 1].map(() => random.int8(LAYER.batch * LAYER.timesteps * LAYER.inputs));
    const graph = integerLstmGraph({ ...LAYER, variant, directions: ['forward', 'reverse'] }, random);
    const expected = await answer(graph, inputs, { backend: 'reference' });
    const found = await answer(graph, inputs, { gpu, kernels: { lstm } });
    expect(found, `${name}, seed ${random.seed}`).toEqual(expected);
  });
});
