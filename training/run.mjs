/**
 * Runs a TypeScript module in Node: `node training/run.mjs training/digits/build.ts`. Vite compiles it as it compiles the
 * library, so that the module may import the library's sources, shaders included.
 */
import { runnerImport } from 'vite';

const [module] = process.argv.slice(2);
if (module === undefined) {
  console.error('usage: node training/run.mjs MODULE.ts');
  process.exitCode = 2;
} else {
  await runnerImport(module, { configFile: false });
}
