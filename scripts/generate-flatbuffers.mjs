/**
 * Generates TypeScript for the TFLite subset from src/import/tflite/schema with `flatc` (Debian: flatbuffers-compiler),
 * and a manifest of checksums. `--check` compares schema and generated files with the manifest, which needs no flatc.
 *
 * What flatc writes is then made fit for tree shaking, since a page that only runs models should not load the writer and
 * every op's name twice: static methods become functions, enums plain objects without the way back from value to name, and
 * defaults numbers, so that who reads a table does not load the names of all values. Nothing of FlatBuffers itself is
 * imported but types: readers are given checked bytes, and writers a builder.
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

function generatedFiles() {
  const names = readdirSync(generated).filter((name) => name.endsWith('.ts'));
  return names.sort().map((name) => join(generated, name));
}

function checksums() {
  const lines = [schema, ...generatedFiles()].map((path) => {
    const digest = createHash('sha256').update(readFileSync(path)).digest('hex');
    return `${digest}  ${path.slice(folder.length + 1)}\n`;
  });
  return lines.join('');
}

/** Moves `static f(…) {…}` out of a class, to `export function f(…) {…}` behind it. flatc puts both ends in column 0. */
function freeStaticMethods(source) {
  const className = /^export class (\w+)/m.exec(source)?.[1];
  if (className === undefined) return source;
  const functions = [];
  const rest = source.replace(/^static ([^\n]*;\n|[^]*?^}\n)/gm, (_, method) => {
    functions.push(`export function ${method.replaceAll(`${className}.`, '')}`);
    return '';
  });
  return `${rest.trimEnd()}\n\n${functions.join('\n')}`;
}

/** `enum E {A = 0}` to an object, whose values are numbers as in the file: there may be newer ones. */
function flattenEnums(source) {
  return source.replace(/^export enum (\w+) {([^}]*)}/gm, (_, name, members) => {
    return `export const ${name} = {${members.replaceAll(' = ', ': ')}} as const;\n\nexport type ${name} = number;`;
  });
}

/** Values of all enums, `Padding.SAME` to `0`. */
function enumValues(sources) {
  const values = new Map();
  for (const source of sources) {
    for (const [, name, members] of source.matchAll(/^export const (\w+) = {([^}]*)} as const;/gm)) {
      for (const [, member, value] of members.matchAll(/(\w+): (-?\d+)/g))
        values.set(`${name}.${member}`, value);
    }
  }
  return values;
}

/** `: Padding.SAME` and `, Padding.SAME` to `: 0` and `, 0`; of the enum nothing but its type is imported then. */
function inlineDefaults(source, values) {
  const used = new Set();
  const inlined = source.replace(/\b(\w+)\.\w+\b/g, (found, name) => {
    const value = values.get(found);
    if (value !== undefined) used.add(name);
    return value ?? found;
  });
  return inlined.replace(/^import ({ (\w+) })/gm, (found, names, name) =>
    used.has(name) ? `import type ${names}` : found,
  );
}

/** Reads through `TableBytes`, which are a file's from its start. */
function readTableBytes(source) {
  return source
    .replace(/^export function (getSizePrefixedRootAs|bufferHasIdentifier)[^]*?^}\n\n?/gm, '')
    .replaceAll('flatbuffers.ByteBuffer', 'TableBytes')
    .replace(
      /^import \* as flatbuffers from 'flatbuffers';\n/m,
      (line) =>
        `${line.replace('import', 'import type')}\nimport type { TableBytes } from '../table-bytes';\n`,
    );
}

/** flatc's helpers that make a union's member by its tag, and the imports they need: readers know what they expect. */
function dropUnionHelpers(source) {
  return source
    .replace(/^export function union(List)?To\w+\([^]*?^}\n?/gm, '')
    .replace(/, union(List)?To\w+/g, '')
    .replace(/^import { \w+ } from '[^']*-?options';\n/gm, (line) =>
      source.includes('export enum BuiltinOptions ') ? '' : line,
    );
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
  for (const path of generatedFiles()) {
    const source = readFileSync(path, 'utf8').replace(/^\/\*\*[^]*?\*\/\n/gm, '');
    const shaken = readTableBytes(flattenEnums(freeStaticMethods(dropUnionHelpers(source))));
    writeFileSync(path, `${shaken.replace(/\n{3,}/g, '\n\n').trimEnd()}\n`);
  }
  const values = enumValues(generatedFiles().map((path) => readFileSync(path, 'utf8')));
  for (const path of generatedFiles())
    writeFileSync(path, inlineDefaults(readFileSync(path, 'utf8'), values));
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
