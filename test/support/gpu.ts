import { afterAll, beforeAll, describe } from 'vitest';
import { GpuContext } from '../../src/gpu';
import { createNodeGpu, listNodeAdapters } from '../../src/gpu/node-gpu';

/** The one way to let a run pass without a GPU: its suites are then reported as skipped. */
const OPT_OUT = 'OCTOGATE_ALLOW_NO_GPU';

/**
 * A suite that needs an adapter. Without one, its hooks fail with what to install, unless the caller named the opt-out;
 * then the suite is skipped and its name says so.
 *
 * @param body defines the hooks and tests
 */
export function describeWithAdapter(name: string, body: () => void): void {
  describe(name, async () => {
    if (process.env[OPT_OUT] === '1' && (await listNodeAdapters()).length === 0) {
      describe.skip(`skipped: no adapter, and ${OPT_OUT}=1`, body);
    } else {
      body();
    }
  });
}

/**
 * Opens a context on the default adapter, or on the named one.
 *
 * @throws AdapterError, saying what to install, if there is none.
 */
export async function acquireTestGpu(adapter?: string): Promise<GpuContext> {
  return GpuContext.create({ gpu: await createNodeGpu(adapter === undefined ? {} : { adapter }) });
}

/**
 * A suite on one context of the default adapter. What WebGPU complained about and no test waited for fails the suite.
 *
 * @param body defines the tests; the context is there once they run.
 */
export function describeOnContext(name: string, body: (context: () => GpuContext) => void): void {
  describeWithAdapter(name, () => {
    let context: GpuContext | undefined;
    beforeAll(async () => {
      context = await acquireTestGpu();
    });
    afterAll(async () => {
      await context?.idle();
      context?.destroy();
    });
    body(() => {
      if (context === undefined) throw new Error('the context opens before the first test, not before');
      return context;
    });
  });
}
