/** Keras files, damaged at random: importing gives a graph that can be trusted, or one of the two typed errors, soon. */
import { unzipSync, zipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { ModelFormatError, UnsupportedModelError } from '../../../src/errors';
import { importKeras } from '../../../src/import/keras';
import { validateGraph } from '../../../src/model/checks';
import { archiveFile, hdf5File, weightsFile, wholeModelFile } from '../../support/keras-files';
import { drawKerasModel, sequential } from '../../support/keras-model';
import { Random } from '../../support/random';

const DESCRIPTION = sequential(
  [null, null, 3],
  [
    [
      'LSTM',
      {
        units: 2,
        recurrent_activation: 'sigmoid',
        recurrent_initializer: { class_name: 'Zeros', config: {} },
      },
    ],
    ['LayerNormalization', {}],
    ['Dense', { units: 2, activation: 'softmax' }],
  ],
);
const CONFIG = JSON.stringify(DESCRIPTION);
const DAMAGED_FILES = 600;
const AWKWARD_WORDS = [0, 1, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 0x7fc00000] as const;

const files: Record<'model.h5' | 'weights.h5' | 'model.keras', Uint8Array> = {
  'model.h5': new Uint8Array(),
  'weights.h5': new Uint8Array(),
  'model.keras': new Uint8Array(),
};

beforeAll(async () => {
  const model = await drawKerasModel(DESCRIPTION, new Random(3));
  files['model.h5'] = await wholeModelFile(model);
  files['weights.h5'] = await weightsFile(model);
  files['model.keras'] = await archiveFile(model);
});

/** Null for a graph, or what it was refused with. */
function importSafely(bytes: Uint8Array, config?: string): Error | null {
  try {
    validateGraph(importKeras(bytes, config === undefined ? {} : { config }));
    return null;
  } catch (error) {
    if (!(error instanceof ModelFormatError || error instanceof UnsupportedModelError)) throw error;
    expect(error.message).not.toMatch(/undefined|\[object/);
    return error;
  }
}

function damaged(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  for (let change = random.integer(1, 3); change > 0; change--) {
    const position = random.integer(0, copy.length - 4);
    if (random.integer(0, 1) === 0) copy[position]! ^= 1 << random.integer(0, 7);
    else view.setUint32(position & ~3, random.pick(AWKWARD_WORDS), true);
  }
  return random.integer(0, 9) === 0 ? copy.subarray(0, random.integer(0, copy.length)) : copy;
}

describe.each(['model.h5', 'weights.h5', 'model.keras'] as const)('%s', (name) => {
  const config = name === 'weights.h5' ? CONFIG : undefined;

  test('damaged at random', () => {
    const random = new Random(41);
    const outcomes = { accepted: 0, refused: 0 };
    for (let file = 0; file < DAMAGED_FILES; file++) {
      const bytes = damaged(files[name], random);
      try {
        if (importSafely(bytes, config) === null) outcomes.accepted++;
        else outcomes.refused++;
      } catch (error) {
        throw new Error(`file ${file}`, { cause: error });
      }
    }
    expect(outcomes.accepted).toBeGreaterThan(0);
    expect(outcomes.refused).toBeGreaterThan(0);
  });

  test('cut off anywhere', () => {
    const random = new Random(42);
    for (let cut = 0; cut < 300; cut++) {
      importSafely(files[name].subarray(0, random.integer(0, files[name].length - 1)), config);
    }
  });
});

test('every third byte of the part of an HDF5 file that tells where things are, changed', () => {
  // Tables come first; the weights of so small a model are a small part.
  const file = files['weights.h5'];
  for (let position = 0; position < Math.min(file.length, 6000); position += 3) {
    const bytes = file.slice();
    bytes[position] = 0xff;
    importSafely(bytes, CONFIG);
  }
});

describe('groups that would keep a reader busy', () => {
  const manyGroups = (style: 'earliest' | 'latest'): Promise<Uint8Array> =>
    hdf5File((root) => {
      for (let index = 0; index < 40; index++) root.create_group(`group_${index}`);
    }, style);

  test('a tree of members that leads to the same place twice', async () => {
    const bytes = await manyGroups('earliest');
    expect(() => importKeras(bytes)).toThrow(/weights without a description/);
    const view = new DataView(bytes.buffer);
    const tree = Buffer.from(bytes).indexOf('TREE');
    expect(view.getUint16(tree + 6, true)).toBeGreaterThan(1);
    // Each entry is a key and an address, behind a header of 24 bytes and the first key.
    view.setBigUint64(tree + 48, view.getBigUint64(tree + 32, true), true);
    expect(() => importKeras(bytes)).toThrow(/list of members leads to the same place twice/);
    view.setBigUint64(tree + 48, BigInt(tree), true);
    expect(() => importKeras(bytes)).toThrow(ModelFormatError);
  });

  test('the newest style of objects, which Keras does not write', async () => {
    const bytes = await manyGroups('latest');
    expect(() => importKeras(bytes)).toThrow(/newest style; save it with h5py's default libver/);
  });
});

test('descriptions damaged at random', () => {
  const random = new Random(43);
  const archive = unzipSync(files['model.keras']);
  const text = new TextDecoder().decode(archive['config.json']);
  const replacements = ['null', '0', '-1', '"x"', '[]', '{}', '1e9', 'true'] as const;
  const values = [...text.matchAll(/(?:"[^"]*"|\d+|true|false|null)/g)];
  for (const { 0: value, index } of values) {
    const changed = text.slice(0, index) + random.pick(replacements) + text.slice(index + value.length);
    const bytes = zipSync({ ...archive, 'config.json': new TextEncoder().encode(changed) }, { level: 0 });
    importSafely(bytes);
  }
  expect(values.length).toBeGreaterThan(50);
});
