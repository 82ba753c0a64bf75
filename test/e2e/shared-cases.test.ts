import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { describeInBrowsers } from '../support/browser';
import {
  type LibraryServer,
  type ServedContent,
  serveBuiltLibrary,
} from '../../scripts/browser/serve-library';
import { runSharedCases, type SharedCasesResult } from '../support/pages/run-shared-cases';

const CASES = '../shared/conformance';
/** Other people's cases: all of them, or the run says which folder is missing. */
const NAMES = readdirSync(CASES).filter((name) => existsSync(join(CASES, name, 'model.tflite')));
const FILES = ['model.tflite', 'meta.json', 'input0.npy', 'input1.npy', 'output0.npy', 'output1.npy'];

let server: LibraryServer;

beforeAll(async () => {
  const contents: Record<string, ServedContent> = {};
  for (const name of NAMES) {
    for (const file of FILES) {
      const body = new Uint8Array(readFileSync(join(CASES, name, file)));
      contents[`/cases/${name}/${file}`] = { type: 'application/octet-stream', body };
    }
  }
  server = await serveBuiltLibrary(contents);
  return () => server.close();
});

describeInBrowsers('the built library in a page', (openPage) => {
  test.each(['webgpu', 'reference'] as const)(
    'computes the recorded outputs of all shared cases on %s',
    async (backend) => {
      const page = await openPage(server.origin);
      page.setDefaultTimeout(600_000);
      // As text, because the test runner rewrites imports in functions that it compiles.
      const result = (await page.evaluate(
        `(${runSharedCases})(${JSON.stringify(NAMES)}, ${JSON.stringify(backend)})`,
      )) as SharedCasesResult;
      expect(result.failures).toEqual([]);
      expect(result.passed).toBe(NAMES.length);
      expect(result.comparedValues).toBeGreaterThan(10_000);
    },
    900_000,
  );
});
