#!/usr/bin/env node
// @ts-check
/** Many live streams in one batch, against TFLite: `npm run bench:streams`. */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

await runnerImport(fileURLToPath(new URL('../bench/streams.ts', import.meta.url)), { configFile: false });
