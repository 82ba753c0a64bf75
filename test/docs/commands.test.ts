import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildIfStale, DIST } from '../../scripts/build-if-stale.mjs';
import { encodeNpy, parseNpy } from '../../src/data';
import { exportTflite } from '../../src/export/tflite';
import { digitsFloatGraph } from '../../training/digits/model';
import { snippetsOf } from '../support/markdown';
import { ROOT } from '../support/repository';

const DOCUMENTS = [
  'README.md',
  'docs/guides/first-model.md',
  'docs/guides/from-keras.md',
  'docs/guides/from-pytorch.md',
  'docs/guides/exactness.md',
  'docs/guides/performance.md',
  'docs/quantization.md',
];

/** A line that runs the CLI, without what a comment says of it. */
const COMMAND = /^(?:npm run -s octogate --|octogate) (?<args>.+?)(?:\s+#.*)?$/;

/** Makes slow ones short: what they do is the same. */
const SHORTENED: Readonly<Record<string, readonly string[]>> = {
  tune: ['--seconds', '2'],
  bench: ['--repeats', '1'],
};

/** A float model is shown and does not run: documents say so. */
const NOT_TO_BE_RUN = 'inspect waves.';

/** By document, in its order. */
const commands = DOCUMENTS.map((document) => ({ document, lines: linesOf(document) }));

function linesOf(document: string): string[] {
  return snippetsOf(document)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ code }) => code.split('\n'))
    .flatMap((line) => COMMAND.exec(line)?.groups?.['args'] ?? []);
}

/** A folder with every file that documents name. */
async function folderOfFiles(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'octogate-docs-'));
  const digits = await readFile(`${ROOT}models/digits.tflite`);
  const samples = await readFile(`${ROOT}models/digits-samples.npy`);
  const { shape, data } = parseNpy('samples', samples);
  const real = encodeNpy({ shape, data: Float32Array.from(data as Int8Array, (grey) => (grey + 128) / 255) });
  // Formats are told apart by their content: one float model serves for all that documents name.
  const float = exportTflite(digitsFloatGraph());
  const files: Record<string, Uint8Array> = {
    'model.tflite': digits,
    'a.npy': samples,
    'b.npy': samples,
    'cases/one/model.tflite': digits,
    'cases/one/input0.npy': samples,
    'data/real.npy': real,
    'calibration.npy': real,
    'heldout.npy': real,
    'float.tflite': float,
    'model.onnx': float,
    'waves.keras': float,
    'waves.onnx': float,
  };
  await mkdir(join(folder, 'cases/one'), { recursive: true });
  await mkdir(join(folder, 'data'));
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  await symlink(`${ROOT}models`, join(folder, 'models'));
  const { code } = await octogate(folder, ['run', 'model.tflite', '--input', 'a.npy', '--output-dir', 'out']);
  expect(code).toBe(0);
  await cp(join(folder, 'out/output0.npy'), join(folder, 'cases/one/output0.npy'));
  return folder;
}

async function octogate(cwd: string, args: readonly string[]): Promise<{ code: number; stderr: string }> {
  try {
    const { stderr } = await promisify(execFile)(process.execPath, [join(DIST, 'cli.js'), ...args], { cwd });
    return { code: 0, stderr };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string };
    return { code, stderr };
  }
}

beforeAll(buildIfStale);

describe('commands as documents write them', () => {
  it.each(commands)('of $document', async ({ lines }) => {
    expect(lines).not.toEqual([]);
    const folder = await folderOfFiles();
    try {
      for (const line of lines) {
        const args = line.split(/\s+/);
        const { code, stderr } = await octogate(folder, [...args, ...(SHORTENED[args[0]!] ?? [])]);
        expect({ line, code, stderr: code === 0 ? '' : stderr }).toMatchObject({
          line,
          code: line.startsWith(NOT_TO_BE_RUN) ? 2 : 0,
        });
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
