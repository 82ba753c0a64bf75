/** safetensors files that are sound, damaged, or of other types. */
import { describe, expect, it, test } from 'vitest';
import { ModelFormatError, UnsupportedModelError } from '../../../src/errors';
import { importPytorch } from '../../../src/import/pytorch';
import { readSafetensors } from '../../../src/import/pytorch/safetensors';
import { readGolden, readGoldenFile } from '../../support/pytorch-golden';
import { Random } from '../../support/random';
import { encodeSafetensors, encodeSafetensorsFile } from '../../support/safetensors';

describe('readSafetensors', () => {
  it('reads tensors and texts', () => {
    const { tensors, metadata } = readSafetensors(
      encodeSafetensors(
        { a: { shape: [2, 1], data: [1, -2] }, b: { shape: [], data: [3] } },
        { note: 'yes' },
      ),
    );
    expect(tensors.get('a')).toEqual({ shape: [2, 1], data: Float32Array.of(1, -2) });
    expect(tensors.get('b')).toEqual({ shape: [], data: Float32Array.of(3) });
    expect(metadata).toEqual(new Map([['note', 'yes']]));
  });

  it('keeps what it read when the bytes change', () => {
    const bytes = Buffer.from(encodeSafetensors({ a: { shape: [1], data: [5] } }));
    const { tensors } = readSafetensors(bytes);
    bytes.fill(0);
    expect(tensors.get('a')?.data).toEqual(Float32Array.of(5));
  });

  const entry = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
  test.each([
    ['no bytes', new Uint8Array(), /has 0 bytes, its header more/],
    [
      'a header that is longer than the file',
      Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 123),
      /its header more/,
    ],
    ['a header that is no JSON', encodeSafetensors({}).fill(33, 8), /no JSON object/],
    ['a list for a header', encodeSafetensorsFile([], new Uint8Array()), /no JSON object/],
    [
      'elements beyond the end',
      encodeSafetensorsFile({ a: entry }, new Uint8Array(4)),
      /tensor "a": ends at byte 8 of 4/,
    ],
    [
      'a shape of other bytes',
      encodeSafetensorsFile({ a: { ...entry, shape: [3] } }, new Uint8Array(8)),
      /12 bytes, and 8 in the file/,
    ],
    [
      'offsets that are none',
      encodeSafetensorsFile({ a: { ...entry, data_offsets: [0.5, 8] } }, new Uint8Array(8)),
      /not described/,
    ],
    [
      'a tensor that is none',
      encodeSafetensorsFile({ a: 3 }, new Uint8Array(8)),
      /tensor "a": is not described/,
    ],
    [
      'tensors that share bytes',
      encodeSafetensorsFile({ a: entry, b: { ...entry, data_offsets: [4, 12] } }, new Uint8Array(12)),
      /tensor "b": shares its bytes/,
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(ModelFormatError);
    expect(() => readSafetensors(bytes)).toThrow(message);
  });

  it('names all tensors of other types', () => {
    const half = { dtype: 'F16', shape: [1], data_offsets: [0, 2] };
    const bytes = encodeSafetensorsFile({ a: half, b: { ...half, data_offsets: [2, 4] } }, new Uint8Array(4));
    expect(() => readSafetensors(bytes)).toThrow(UnsupportedModelError);
    expect(() => readSafetensors(bytes)).toThrow(/tensor "a": its elements are "F16"[^]*tensor "b"/);
  });
});

test('a damaged file gives a graph or a typed error', () => {
  const whole = readGoldenFile('stacked.safetensors');
  const { description } = readGolden('stacked');
  const random = new Random(1);
  const headerBytes = Number(new DataView(whole.buffer).getBigUint64(0, true)) + 8;
  let refused = 0;
  for (let file = 0; file < 600; file++) {
    const bytes = whole.slice();
    for (let change = random.integer(1, 3); change > 0; change--) {
      bytes[random.integer(0, headerBytes - 1)] = random.pick([0, 48, 49, 57, 91, 93, 123, 125, 44, 34, 255]);
    }
    try {
      importPytorch(
        description,
        bytes.subarray(0, random.chance(0.1) ? random.integer(0, bytes.length) : bytes.length),
      );
    } catch (error) {
      if (!(error instanceof ModelFormatError || error instanceof UnsupportedModelError)) {
        throw new Error(`file ${file}`, { cause: error });
      }
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(100);
});
