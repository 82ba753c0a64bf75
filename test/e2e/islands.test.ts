import { beforeAll, expect, test } from 'vitest';
import { type LibraryServer, serveBuiltLibrary } from '../../scripts/browser/serve-library';
import { exportTflite } from '../../src/export/tflite';
import { describeInBrowsers } from '../support/browser';
import { enhancer } from '../support/float-island';
import { everyOp, movers } from '../support/island-graphs';
import { Random } from '../support/random';

let server: LibraryServer;
beforeAll(async () => {
  server = await serveBuiltLibrary();
  return () => server.close();
});

/** Runs a model on random values, each op held to its twin; gives the number of values compared. */
const RUN_CHECKED = `async (base64) => {
  const { Octogate } = await import('/dist/index.js');
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const model = await Octogate.load(bytes, { check: 'every' });
  const session = model.createSession();
  const sizes = { batch: model.batch.inFile, time: model.timesteps.inFile };
  const inputs = model.inputs.map(({ name, dtype, shape }) => {
    const elements = shape.flat().reduce((product, factor) => product * (sizes[factor] ?? factor), 1);
    const values = Float32Array.from({ length: elements }, (_, index) => ((index * 37) % 256) - 128);
    return [name, dtype === 'float32' ? values.map((value) => (value + 128) / 64) : Int8Array.from(values)];
  });
  await session.runNamed(Object.fromEntries(inputs));
  const { comparedValues } = session;
  model.dispose();
  return comparedValues;
}`;

describeInBrowsers('float islands in a page', (openPage) => {
  test.each([
    ['around integer layers', enhancer(new Random(1), 33, 6)],
    ['of everything that moves values', movers()],
    ['of every other op', everyOp(new Random(2))],
  ])('%s, each op near the reference', async (_, graph) => {
    const page = await openPage(server.origin);
    const model = Buffer.from(exportTflite(graph)).toString('base64');
    const compared = await page.evaluate(`(${RUN_CHECKED})('${model}')`);
    expect(compared).toBeGreaterThan(100);
  });
});
