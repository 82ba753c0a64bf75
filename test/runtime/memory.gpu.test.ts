import { describe, expect, it } from 'vitest';
import { buildPlan } from '../../src/runtime/plan/build-plan';
import type { PlannedBinding, PlannedBuffer, PlannedCommand } from '../../src/runtime/plan/plan';
import { describeOnContext } from '../support/gpu';
import { executable, sessionsOn } from '../support/gpu-session';
import { integerLstmGraph, PLAIN } from '../support/integer-lstm';
import type { IntegerLstmOptions } from '../support/integer-lstm';
import { Random } from '../support/random';
import { FEATURES, twoLayers } from '../support/test-graphs';

function buffersOf(binding: PlannedBinding): readonly PlannedBuffer[] {
  return 'pair' in binding ? binding.pair.buffers : [binding.buffer];
}

/** Bytes of the weights and constants that some commands read. */
function modelBytes(commands: readonly PlannedCommand[]): number {
  const bytes = new Map<string, number>();
  const visit = (command: PlannedCommand): void => {
    if (command.kind === 'repeat') command.body.forEach(visit);
    if (command.kind !== 'dispatch') return;
    for (const buffer of Object.values(command.bindings).flatMap(buffersOf)) {
      if (buffer.lifetime === 'model') bytes.set(buffer.key, buffer.byteLength);
    }
  };
  commands.forEach(visit);
  return [...bytes.values()].reduce((sum, size) => sum + size, 0);
}

describe('memory of a model', () => {
  const coupled = { layerNorm: true, projection: true, peephole: false, coupledGates: true };
  it.each<readonly [string, IntegerLstmOptions, number]>([
    ['speech', { inputs: 257, units: 128 }, 4 * 128 * (257 + 128)],
    ['medium', { inputs: 512, units: 512 }, 4 * 512 * (512 + 512)],
    [
      'an encoder layer',
      { inputs: 320, units: 512, outputs: 160, variant: { ...PLAIN, ...coupled } },
      3 * 512 * (320 + 160) + 512 * 160,
    ],
  ])('is little more than its int8 weights: %s', (_, options, weights) => {
    const model = executable(integerLstmGraph(options, new Random(1)));
    const plan = buildPlan(model, {
      batch: 1,
      timesteps: 10,
      trace: false,
      dot: 'packed',
      rows: 'subgroup',
      path: null,
    });
    const bytes = modelBytes(plan.commands);
    expect(bytes).toBeGreaterThanOrEqual(weights);
    expect(bytes).toBeLessThan(1.1 * weights);
  });
});

describeOnContext('memory of a session', (context) => {
  it('does not grow with the length of a call', async () => {
    const session = sessionsOn(context(), twoLayers(), { lstm: 'sequence' }, { passBytes: 20_000 })(2);
    const input = new Random(1).int8(2 * 1000 * FEATURES);
    const before = context().allocatedBytes;
    await session.run(input.subarray(0, 2 * 100 * FEATURES));
    const short = context().allocatedBytes - before;
    await session.run(input);
    // Plans of a few numbers of timesteps are kept, none larger than a pass.
    expect(context().allocatedBytes - before).toBeLessThan(4 * short);
    session.dispose();
  });

  it('does not grow with frames, and all of it comes back', async () => {
    const createSession = sessionsOn(context(), twoLayers(), {});
    const frames = Array.from({ length: 50 }, (_, index) => new Random(index).int8(2 * FEATURES));
    const drain = async (times: number): Promise<void> => {
      const session = createSession(2);
      for (let turn = 0; turn < times; turn++) {
        let count = 0;
        for await (const frame of session.stream(frames)) count += frame.length > 0 ? 1 : 0;
        expect(count).toBe(frames.length);
      }
      session.dispose();
    };
    // The weights, which the model keeps.
    await drain(1);
    const [before, stagingBefore] = [context().allocatedBytes, context().stagingBytes];
    await drain(4);
    expect(context().allocatedBytes).toBe(before);
    // One staging buffer, of the least size, for each frame under way.
    expect(context().stagingBytes - stagingBefore).toBeLessThanOrEqual(2 * 256);
  });
});
