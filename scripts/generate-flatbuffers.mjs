/**
 * Generates TypeScript for the TFLite subset from src/import/tflite/schema with `flatc` (Debian: flatbuffers-compiler),
 * and a manifest of checksums. `--check` compares schema and generated files with the manifest, which needs no flatc.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../src/import/tflite', import.meta.url));
const schema = join(folder, 'schema/octogate-tflite.fbs');
const generated = join(folder, 'generated');
const manifest = join(generated, 'checksums.txt');

function checksums() {
  const files = readdirSync(generated).filter((name) => name.endsWith('.ts'));
  const paths = [schema, ...files.sort().map((name) => join(generated, name))];
  return paths
    .map((path) => {
      const digest = createHash('sha256').update(readFileSync(path)).digest('hex');
      return `${digest}  ${path.slice(folder.length + 1)}\n`;
    })
    .join('');
}

function generate() {
  rmSync(generated, { recursive: true, force: true });
  mkdirSync(generated, { recursive: true });
  try {
    execFileSync('flatc', ['--ts', '-o', generated, schema], { stdio: 'inherit' });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    throw new Error('flatc is not installed: apt-get install flatbuffers-compiler', { cause: error });
  }
  // The file of re-exports: whoever needs a table imports it by its own file.
  rmSync(join(generated, 'octogate-tflite_generated.ts'));
  writeFileSync(manifest, checksums());
}

if (process.argv.includes('--check')) {
  if (readFileSync(manifest, 'utf8') !== checksums()) {
    console.error('src/import/tflite/generated does not belong to its schema; run npm run gen:flatbuffers');
    process.exitCode = 1;
  }
} else {
  generate();
}
