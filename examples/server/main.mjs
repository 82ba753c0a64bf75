#!/usr/bin/env node
// @ts-check
/** `node main.mjs MODEL.tflite [--port 8080] [--streams 64]`: serves a model until Ctrl+C. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Octogate } from 'octogate';
import { createNodeGpu } from 'octogate/node';
import { startServer } from './server.mjs';

const {
  positionals: [modelPath],
  values: { port, streams },
} = parseArgs({
  allowPositionals: true,
  options: { port: { type: 'string', default: '8080' }, streams: { type: 'string', default: '64' } },
});
if (modelPath === undefined) {
  console.error('usage: node main.mjs MODEL.tflite [--port 8080] [--streams 64]');
  process.exitCode = 2;
} else {
  const model = await Octogate.load(await readFile(modelPath), { gpu: await createNodeGpu() });
  const server = await startServer(model, { port: Number(port), streams: Number(streams) });
  console.log(server.url);
  const end = async () => {
    await server.close();
    model.dispose();
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void end());
}
