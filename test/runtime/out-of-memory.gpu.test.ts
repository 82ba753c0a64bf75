import { afterEach, expect, it } from 'vitest';
import { LimitError } from '../../src/errors';
import type { Session } from '../../src/runtime/session';
import { Model } from '../../src/runtime/model';
import { describeOnDevice } from '../support/backends';
import { referenceSession } from '../support/gpu-session';
import { Random } from '../support/random';
import { FEATURES, twoLayers } from '../support/test-graphs';

const BATCH = 2;

/**
 * Makes the next buffer of this label fail as if there were no memory for it: the buffer is invalid, and the innermost error
 * scope says so.
 */
function failAllocation(
  device: GPUDevice,
  label: RegExp,
): { readonly restore: () => void; hasFailed: boolean } {
  const createBuffer = device.createBuffer.bind(device);
  const popErrorScope = device.popErrorScope.bind(device);
  const injected = {
    hasFailed: false,
    restore: (): void => {
      // The prototype's come back.
      Reflect.deleteProperty(device, 'createBuffer');
      Reflect.deleteProperty(device, 'popErrorScope');
    },
  };
  // Scopes that are still open around the buffer, innermost first: out of memory, internal, validation.
  let openScopes: ('report' | 'pass' | 'swallow')[] = [];
  device.createBuffer = (descriptor) => {
    if (injected.hasFailed || !label.test(descriptor.label ?? '')) return createBuffer(descriptor);
    injected.hasFailed = true;
    openScopes = ['report', 'pass', 'swallow'];
    return createBuffer({ ...descriptor, usage: 0 });
  };
  device.popErrorScope = async () => {
    const action = openScopes.shift() ?? 'pass';
    const error = await popErrorScope();
    if (action === 'report') return { message: 'there is no memory left' };
    return action === 'swallow' ? null : error;
  };
  return injected;
}

describeOnDevice('a device that is out of memory', (opened) => {
  const random = new Random(30);
  const input = random.int8(BATCH * 4 * FEATURES);
  const longer = random.int8(BATCH * 6 * FEATURES);
  let injected: ReturnType<typeof failAllocation> | null = null;
  afterEach(() => {
    injected?.restore();
  });

  async function open(): Promise<{ session: Session; reference: Session }> {
    const model = await Model.fromGraph(twoLayers(), { ...opened(), kernels: { lstm: 'sequence' } });
    return {
      session: model.createSession({ batch: BATCH }),
      reference: referenceSession(twoLayers(), BATCH),
    };
  }

  it.each([
    ['weights', /recurrent weights$/],
    ['cell constants', /cell constants$/],
    ['state', /hidden state A$/],
    ['input gates', /input gates$/],
    ['results', /^staging$/],
  ])('for %s fails the first call, and the next one has them', async (_, label) => {
    const { session, reference } = await open();
    injected = failAllocation(opened().device, label);
    const failing = session.run(input);
    await expect(failing).rejects.toThrow(LimitError);
    await expect(failing).rejects.toThrow(
      /there is no memory left; the device is out of memory: dispose of sessions or models, or use a smaller batch$/,
    );
    expect(injected.hasFailed).toBe(true);
    expect(await session.run(input)).toEqual(await reference.run(input));
    expect(await session.saveState()).toEqual(await reference.saveState());
  });

  it('for the results of one of several calls under way fails that one alone', async () => {
    const { session, reference } = await open();
    // Long enough to be under way when the second of three calls begins, holding the one staging buffer there is.
    const long = random.int8(BATCH * 500 * FEATURES);
    await session.run(long);
    session.reset();
    injected = failAllocation(opened().device, /^staging$/);
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => session.run(long)));
    expect(injected.hasFailed).toBe(true);
    expect(outcomes).toMatchObject([
      { status: 'fulfilled', value: await reference.run(long) },
      { status: 'rejected', reason: { code: 'limit' } },
      { status: 'fulfilled', value: await reference.run(long) },
    ]);
    expect(await session.saveState()).toEqual(await reference.saveState());
  });

  it.each([
    ['a longer call', /input gates$/, {}],
    ['the copy of the state', /before the call$/, { onProgress: () => undefined }],
  ])('for %s fails it, and the state is as it was', async (_, label, options) => {
    const { session, reference } = await open();
    await session.run(input);
    await reference.run(input);
    injected = failAllocation(opened().device, label);
    await expect(session.run(longer, options)).rejects.toThrow(LimitError);
    expect(injected.hasFailed).toBe(true);
    expect(await session.saveState()).toEqual(await reference.saveState());
    expect(await session.run(longer, options)).toEqual(await reference.run(longer));
  });
});
