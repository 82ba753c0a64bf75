import { beforeAll, expect, it } from 'vitest';
import { DeviceLostError } from '../../src/errors';
import { createNodeGpu } from '../../src/gpu/node-gpu';
import { Model } from '../../src/runtime/model';
import type { LoadOptions } from '../../src/runtime/model';
import type { Session } from '../../src/runtime/session';
import { recordDevices, requestTestDevice } from '../support/backends';
import { describeWithAdapter } from '../support/gpu';
import { integerLstmGraph } from '../support/integer-lstm';
import { Random } from '../support/random';
import { FEATURES } from '../support/test-graphs';

const BATCH = 2;
/** Each device compiles it anew. */
const GRAPH = integerLstmGraph({ inputs: FEATURES, units: 5 }, new Random(19));
const random = new Random(20);
const [FIRST, SECOND, THIRD] = [1, 2, 3].map(() => random.int8(BATCH * 3 * FEATURES)) as [
  Int8Array,
  Int8Array,
  Int8Array,
];

describeWithAdapter('a lost device', () => {
  let dawn: GPU;
  let reference: Session;
  beforeAll(async () => {
    dawn = await createNodeGpu();
    const model = await Model.fromGraph(GRAPH, { backend: 'reference' });
    reference = model.createSession({ batch: BATCH });
  });

  async function open(options: LoadOptions = {}) {
    const { gpu, devices } = recordDevices(dawn);
    const model = await Model.fromGraph(GRAPH, { gpu, kernels: { lstm: 'step' }, ...options });
    return {
      model,
      devices,
      session: model.createSession({ batch: BATCH }),
      /** Loses the device and waits until everybody may know. */
      lose: async (): Promise<void> => {
        const device = devices.at(-1)!;
        device.destroy();
        await device.lost;
        await new Promise((resolve) => setTimeout(resolve));
      },
    };
  }

  /** What the inputs give one after the other from the reset state. */
  async function expected(...inputs: Int8Array[]): Promise<Int8Array> {
    reference.reset();
    let output: Int8Array = new Int8Array(0);
    for (const input of inputs) output = await reference.run(input);
    return output;
  }

  it('fails the call under way, and the next one goes on from the last saved state on a new device', async () => {
    const { model, devices, session } = await open();
    await session.run(FIRST);
    await session.saveState();
    await session.run(SECOND);
    const underWay = session.run(SECOND);
    await Promise.resolve();
    devices[0]!.destroy();
    await expect(underWay).rejects.toThrow(DeviceLostError);
    expect(await session.run(THIRD)).toEqual(await expected(FIRST, THIRD));
    expect(devices.length).toBe(2);
    model.dispose();
  });

  it('fails both calls under way, and the next one goes on from the last saved state', async () => {
    const { model, devices, session } = await open();
    await session.run(FIRST);
    await session.saveState();
    const device = devices[0]!;
    const submit = device.queue.submit.bind(device.queue);
    let submissions = 0;
    device.queue.submit = (commands) => {
      submit(commands);
      submissions += 1;
      // At once, so that no turn of the event loop can bring the first call's result before.
      if (submissions === 2) device.destroy();
    };
    const outcomes = Promise.allSettled([
      session.run(random.int8(BATCH * 500 * FEATURES)),
      session.run(SECOND),
    ]);
    expect(await outcomes).toMatchObject([
      { status: 'rejected', reason: { code: 'device-lost' } },
      { status: 'rejected', reason: { code: 'device-lost' } },
    ]);
    expect(await session.run(THIRD)).toEqual(await expected(FIRST, THIRD));
    model.dispose();
  });

  it('between calls fails the next one, for each session whose state it had', async () => {
    const { model, devices, session, lose } = await open();
    const other = model.createSession({ batch: BATCH });
    const unused = model.createSession({ batch: BATCH });
    await session.run(FIRST);
    await other.run(SECOND);
    await lose();
    await expect(session.run(THIRD)).rejects.toThrow(
      /^the GPU device was lost \(destroyed.*\); run again to rebuild on a new one$/,
    );
    expect(await unused.run(THIRD)).toEqual(await expected(THIRD));
    // No state was ever saved: back to the reset one.
    expect(await session.run(THIRD)).toEqual(await expected(THIRD));
    await expect(other.run(THIRD)).rejects.toThrow(DeviceLostError);
    expect(await other.run(THIRD)).toEqual(await expected(THIRD));
    expect(devices.length).toBe(2);
    model.dispose();
  });

  it('costs nothing that the host knows: a loaded or reset state', async () => {
    const { model, session, lose } = await open();
    await session.run(FIRST);
    const saved = await session.saveState();
    await session.run(SECOND);
    await lose();
    session.loadState(saved);
    expect(await session.run(THIRD)).toEqual(await expected(FIRST, THIRD));
    await lose();
    session.reset();
    expect(await session.run(THIRD)).toEqual(await expected(THIRD));
    model.dispose();
  });

  it('fails saving the state once; then the saved state is the state, rows that were reset included', async () => {
    const { model, session, lose } = await open();
    await session.run(FIRST);
    const saved = await session.saveState();
    await session.run(SECOND);
    await lose();
    await expect(session.saveState()).rejects.toThrow(DeviceLostError);
    expect(await session.saveState()).toEqual(saved);
    await session.run(SECOND);
    session.reset([1]);
    await lose();
    session.reset([0]);
    await expect(session.run(THIRD)).rejects.toThrow(DeviceLostError);
    expect(await session.run(THIRD)).toEqual(await expected(THIRD));
    model.dispose();
  });

  it('may be lost again and again', async () => {
    const { model, devices, session, lose } = await open();
    for (let round = 0; round < 3; round++) {
      expect(await session.run(FIRST)).toEqual(await expected(FIRST));
      await lose();
      await expect(session.run(SECOND)).rejects.toThrow(DeviceLostError);
    }
    expect(await session.run(FIRST)).toEqual(await expected(FIRST));
    expect(devices.length).toBe(4);
    model.dispose();
  });

  it('is reported by a checked session, too', async () => {
    const { model, session, lose } = await open({ check: 'sample' });
    await session.run(FIRST);
    await lose();
    await expect(session.run(SECOND)).rejects.toThrow(DeviceLostError);
    // A check saves the state around every call.
    expect(await session.run(SECOND)).toEqual(await expected(FIRST, SECOND));
    model.dispose();
  });

  it("that is a caller's stays lost, and is named as such", async () => {
    const device = await requestTestDevice(dawn);
    const model = await Model.fromGraph(GRAPH, { gpu: dawn, device });
    const session = model.createSession({ batch: BATCH });
    await session.run(FIRST);
    device.destroy();
    await device.lost;
    for (let round = 0; round < 3; round++) {
      await expect(session.run(SECOND)).rejects.toThrow(
        /^the GPU device was lost \(destroyed.*\); it is a caller's, so nobody here can replace it: load the model again/,
      );
    }
    await expect(Model.fromGraph(GRAPH, { gpu: dawn, device })).rejects.toThrow(DeviceLostError);
    model.dispose();
  });

  it('is not replaced after the model was disposed of', async () => {
    const { model, devices, session } = await open();
    await session.run(FIRST);
    model.dispose();
    await devices[0]!.lost;
    await expect(session.run(FIRST)).rejects.toThrow('this session was disposed');
    expect(devices.length).toBe(1);
  });
});
