/**
 * Writes the constants of src/arith/constants.ts into shaders/generated/constants.wgsl, under the same names.
 *
 * `--check` writes nothing and fails if the file is not what would be written.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = 'src/arith/constants.ts';
const target = 'shaders/generated/constants.wgsl';

/** One `const` line of WGSL. */
function declaration(name, value) {
  if (!Number.isInteger(value) || value !== (value | 0)) {
    throw new TypeError(`${source}: ${name} is ${String(value)}; a shader constant has to be an int32`);
  }
  return `const ${name}: i32 = ${value};`;
}

const { module } = await runnerImport(`${root}${source}`, { root, configFile: false, logLevel: 'error' });
const generated = [
  `// Generated from ${source} by scripts/generate-shader-constants.mjs; change it there.`,
  ...Object.entries(module).map(([name, value]) => declaration(name, value)),
  '',
].join('\n');

if (process.argv.includes('--check')) {
  if (readFileSync(`${root}${target}`, 'utf8') !== generated) {
    console.error(`${target} is not what ${source} says; run "npm run gen"`);
    process.exitCode = 1;
  }
} else {
  writeFileSync(`${root}${target}`, generated);
}
