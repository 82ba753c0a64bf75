import { expect, it } from 'vitest';
import { contract, moveWordsParams, paramsOf, workgroups } from '../../src/contract/kernels/move_words';
import type { MoveParameters } from '../../src/contract/op-parameters';
import { packStruct } from '../../src/contract/struct-layout';
import { moveWords } from '../../src/reference/move_words';
import { describeOnGpu } from '../support/driver';
import { floatsOf, reals } from '../support/float-values';
import { Random } from '../support/random';
import { runKernel } from '../support/run-kernel';

const SAME_ROWS = { destinationRowElements: 1, sourceRowElements: 1 };

/** Boxes of a destination of 4 x 5 x 6 x 7 elements. */
const STRIDES = [0, 210, 42, 7, 1] as const;

const CASES: readonly (readonly [string, MoveParameters])[] = [
  [
    'dimensions in another order',
    {
      ...SAME_ROWS,
      sizes: [1, 4, 5, 6, 7],
      destinationStart: 0,
      destinationStrides: STRIDES,
      sourceStart: 0,
      sourceStrides: [0, 1, 168, 4, 24],
      fill: null,
    },
  ],
  [
    'a part, read backwards',
    {
      ...SAME_ROWS,
      sizes: [1, 2, 3, 2, 4],
      destinationStart: 210 + 42 + 14 + 3,
      destinationStrides: STRIDES,
      sourceStart: 47,
      sourceStrides: [0, -24, -8, -4, -1],
      fill: null,
    },
  ],
  [
    'one value again and again',
    {
      ...SAME_ROWS,
      sizes: [1, 4, 5, 6, 7],
      destinationStart: 0,
      destinationStrides: STRIDES,
      sourceStart: 3,
      sourceStrides: [0, 0, 0, 0, 0],
      fill: null,
    },
  ],
  [
    'a fill',
    {
      ...SAME_ROWS,
      sizes: [1, 1, 5, 2, 3],
      destinationStart: 2,
      destinationStrides: STRIDES,
      sourceStart: 0,
      sourceStrides: [0, 0, 0, 0, 0],
      fill: Math.fround(-0.1),
    },
  ],
];

describeOnGpu('move_words.wgsl', (device) => {
  it.each(CASES)('%s', async (name, parameters) => {
    const random = new Random(name.length);
    const source = reals(random, 840);
    const before = reals(random, 840);
    const expected = before.slice();
    moveWords(parameters, source, expected);
    const { destination } = await runKernel(device(), {
      contract,
      constants: { WORKGROUP: 64 },
      buffers: {
        params: packStruct(moveWordsParams, paramsOf(parameters)),
        source,
        destination: before,
      },
      workgroups: workgroups(parameters, 64),
    });
    expect(floatsOf(destination!), `seed ${random.seed}`).toEqual(expected);
    expect(expected).not.toEqual(before);
  });
});
