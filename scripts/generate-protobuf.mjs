/**
 * Generates TypeScript for the part of ONNX that is read, from src/import/onnx/schema, with `buf` and `protoc-gen-es`
 * (npm), and a manifest of checksums. `--check` compares schema and generated files with the manifest, which runs neither.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'src/import/onnx');
const generated = join(folder, 'generated');
const manifest = join(generated, 'checksums.txt');

const TEMPLATE = {
  version: 'v2',
  plugins: [
    {
      local: join(root, 'node_modules/.bin/protoc-gen-es'),
      out: generated,
      opt: ['target=ts', 'import_extension=none'],
    },
  ],
};

function checksums() {
  const files = ['schema', 'generated'].flatMap((name) =>
    readdirSync(join(folder, name))
      .filter((file) => /\.(proto|ts)$/.test(file))
      .sort()
      .map((file) => `${name}/${file}`),
  );
  return files
    .map(
      (file) =>
        `${createHash('sha256')
          .update(readFileSync(join(folder, file)))
          .digest('hex')}  ${file}\n`,
    )
    .join('');
}

function generate() {
  rmSync(generated, { recursive: true, force: true });
  execFileSync(
    join(root, 'node_modules/.bin/buf'),
    ['generate', join(folder, 'schema'), '--template', JSON.stringify(TEMPLATE)],
    { stdio: 'inherit' },
  );
  // ESLint holds generated files to no rule that would have to be disabled.
  for (const name of readdirSync(generated)) {
    const source = readFileSync(join(generated, name), 'utf8');
    writeFileSync(join(generated, name), source.replace('/* eslint-disable */\n', ''));
  }
  writeFileSync(manifest, checksums());
}

if (process.argv.includes('--check')) {
  if (readFileSync(manifest, 'utf8') !== checksums()) {
    console.error('src/import/onnx/generated does not belong to its schema; run npm run gen:protobuf');
    process.exitCode = 1;
  }
} else {
  generate();
}
