import { describe, expect, test } from 'vitest';
import { Octogate } from '../../src';
import { readTflite } from '../../src/import/tflite';
import { BuiltinOperator } from '../../src/import/tflite/generated/builtin-operator';
import { int8Tensor, rawTflite } from '../support/raw-tflite';

const CODES = [{ builtin: BuiltinOperator.UNPACK }, { builtin: BuiltinOperator.PACK }];

describe('UNPACK and PACK', () => {
  test('take a dimension apart, and stack tensors in a new one', async () => {
    const part = int8Tensor([2, 2]);
    const file = rawTflite({
      codes: CODES,
      tensors: [int8Tensor([2, 3, 2], { name: 'x' }), part, part, part, int8Tensor([2, 2, 3])],
      operators: [
        { code: 0, inputs: [0], outputs: [1, 2, 3], options: { kind: 'unpack', count: 3, axis: -2 } },
        { code: 1, inputs: [3, 1, 2], outputs: [4], options: { kind: 'pack', count: 3, axis: -1 } },
      ],
      inputs: [0],
      outputs: [4],
    });
    const model = await Octogate.load(file, { backend: 'reference' });
    const rows = Int8Array.of(1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16);
    const stacked = Int8Array.of(5, 1, 3, 6, 2, 4, 15, 11, 13, 16, 12, 14);
    expect(await model.createSession().run(rows)).toEqual(stacked);
  });

  test('one tensor alone gets a dimension', () => {
    const file = rawTflite({
      codes: CODES,
      tensors: [int8Tensor([2, 3]), int8Tensor([1, 2, 3])],
      operators: [{ code: 1, inputs: [0], outputs: [1], options: { kind: 'pack', count: 1, axis: 0 } }],
    });
    expect(readTflite(file).ops.map(({ name }) => name)).toEqual(['slice_0_0']);
  });

  test('as many outputs as the dimension has', () => {
    const file = rawTflite({
      codes: CODES,
      tensors: [int8Tensor([2, 3]), int8Tensor([2])],
      operators: [{ code: 0, inputs: [0], outputs: [1], options: { kind: 'unpack', count: 3, axis: 1 } }],
    });
    expect(() => readTflite(file)).toThrowErrorMatchingInlineSnapshot(
      `[ModelFormatError: op 0 UNPACK: has 1 outputs, 3 expected; convert the model again]`,
    );
  });
});
