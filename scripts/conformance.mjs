#!/usr/bin/env node
// @ts-check
/**
 * The conformance lab: `npm run conformance -- --help`. Vite compiles it from source, as it compiles the library, and so
 * what is tested is what stands in the checkout.
 */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

await runnerImport(fileURLToPath(new URL('../test/conformance/lab/main.ts', import.meta.url)), {
  configFile: false,
});
