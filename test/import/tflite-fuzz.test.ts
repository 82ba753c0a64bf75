/** Real models, damaged at random: importing gives a graph that can be trusted, or one of the two typed errors. */
import { describe, expect, test } from 'vitest';
import { ModelFormatError, UnsupportedModelError } from '../../src/errors';
import { importTflite } from '../../src/import/tflite';
import { requireIntegerGraph, validateGraph } from '../../src/model/checks';
import { Random } from '../support/random';
import { readCaseModel, readSharedModel } from '../support/shared-models';

const MODELS = [
  readCaseModel('1000-015-lnprojpeepcifg'),
  readCaseModel('1000-034-peep-2l'),
  readSharedModel('tflite-micro/mnist_lstm_int8.tflite'),
  readSharedModel('tflite-quantizer/lstm_quantized.bin'),
] as const;
const SEEDS = [1, 2, 3, 4];
const DAMAGED_FILES_PER_SEED = 3000;

/** Lengths, offsets, ids and numbers at which readers stumble. */
const AWKWARD_WORDS = [
  0, 1, 2, 4, 0xff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff, 0x7fc00000, 0xff800000,
] as const;

/** A copy with a few bytes, half-words or words changed, sometimes cut off. */
function damaged(model: Uint8Array, random: Random): Uint8Array {
  const bytes = model.slice();
  const view = new DataView(bytes.buffer);
  const changes = random.integer(1, 3);
  for (let change = 0; change < changes; change++) {
    const position = pickPosition(bytes.length, random);
    switch (random.integer(0, 4)) {
      case 0:
        bytes[position]! ^= 1 << random.integer(0, 7);
        break;
      case 1:
        view.setUint32(position, random.pick(AWKWARD_WORDS), true);
        break;
      case 2:
        view.setUint32(position, random.integer(0, bytes.length), true);
        break;
      case 3:
        view.setUint16(position, random.integer(0, 0xffff), true);
        break;
      default:
        view.setUint32(position, (view.getUint32(position, true) + 4 * random.integer(-8, 8)) >>> 0, true);
    }
  }
  return random.integer(0, 19) === 0 ? bytes.subarray(0, random.integer(0, bytes.length)) : bytes;
}

/** Aligned; more often near the ends, where tables are, than in the weights between. */
function pickPosition(length: number, random: Random): number {
  const last = length - 8;
  const nearEnd = Math.min(last, random.integer(0, 6000));
  return random.pick([nearEnd, last - nearEnd, random.integer(0, last)]) & ~3;
}

describe('damaged models', () => {
  test.each(SEEDS)('seed %i', (seed) => {
    const random = new Random(seed);
    const outcomes = { accepted: 0, refused: 0 };
    for (let file = 0; file < DAMAGED_FILES_PER_SEED; file++) {
      const bytes = damaged(random.pick(MODELS), random);
      try {
        const graph = importTflite(bytes);
        validateGraph(graph);
        requireIntegerGraph(graph);
        outcomes.accepted++;
      } catch (error) {
        if (!(error instanceof ModelFormatError || error instanceof UnsupportedModelError)) {
          throw new Error(`seed ${seed}, file ${file}`, { cause: error });
        }
        expect(error.message).not.toMatch(/undefined|\[object/);
        outcomes.refused++;
      }
    }
    // Both ends of the road are travelled, so that neither is asserted of nothing.
    expect(outcomes.accepted).toBeGreaterThan(DAMAGED_FILES_PER_SEED / 10);
    expect(outcomes.refused).toBeGreaterThan(DAMAGED_FILES_PER_SEED / 10);
  });

  test.each(MODELS.map((model, index) => [index, model] as const))('model %i, cut off', (_, model) => {
    const random = new Random(5);
    const everyLengthOfTheHeader = Array.from({ length: 64 }, (_, length) => length);
    const lengths = Array.from({ length: 400 }, () => random.integer(0, model.length - 1));
    for (const length of [...everyLengthOfTheHeader, ...lengths, model.length - 1]) {
      try {
        // Some writers put nothing but padding at the end.
        expect(importTflite(model.subarray(0, length))).toEqual(importTflite(model));
      } catch (error) {
        if (error instanceof ModelFormatError || error instanceof UnsupportedModelError) continue;
        throw new Error(`length ${length}`, { cause: error });
      }
    }
  });
});
