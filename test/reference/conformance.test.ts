import { describe, expect, it } from 'vitest';
import { Octogate } from '../../src';
import { CONFORMANCE_CASES, readCase } from '../support/shared-models';

describe('the reference computes what TFLite computed', () => {
  it('for every case there is', () => {
    expect(CONFORMANCE_CASES.length).toBeGreaterThanOrEqual(64);
  });

  it.each(CONFORMANCE_CASES)('%s, two calls on one state', async (name) => {
    const { model: bytes, batch, calls } = readCase(name);
    const model = await Octogate.load(bytes, { backend: 'reference' });
    const session = model.createSession({ batch });
    for (const { input, output } of calls) expect(await session.run(input)).toEqual(output);
    model.dispose();
  });
});
