import { readFile } from 'node:fs/promises';
import { Octogate } from 'octogate';
import { createNodeGpu } from 'octogate/node';

/** The same as in a page, with the `webgpu` package as WebGPU. */
const model = await Octogate.load(await readFile(process.argv[2]), { gpu: await createNodeGpu() });
const input = Int8Array.from({ length: 28 * 28 }, (_, index) => ((index * 37) % 256) - 128);
const output = await model.createSession().run(input);
model.dispose();
console.log(JSON.stringify([...output]));
process.exit();
