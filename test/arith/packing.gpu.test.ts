import { it } from 'vitest';
import { describeOnGpu } from '../support/driver';
import { Random } from '../support/random';
import { int32OfAnySize, pairs } from './inputs';
import { expectEqualBits } from './shader-probe';

const RANDOM_ROWS = 120_000;
const random = new Random(0xd074);
const randomRows = (row: () => number[]) => Array.from({ length: RANDOM_ROWS }, row);

const bytesOf = (word: number) => new Int8Array(Int32Array.of(word).buffer);
const dot4 = (a: number, b: number) =>
  bytesOf(a).reduce((sum, byte, index) => sum + byte * bytesOf(b)[index]!, 0);
/** Words whose bytes are the ends of int8. */
const EDGE_WORDS = [
  0, 0x7f7f7f7f, -0x7f7f7f80, -0x7f7f7f7f, -1, 0x01010101, 0x7f80ff01, 0x0000007f, -0x80000000,
];

describeOnGpu(`packed int8 in WGSL (seed ${random.seed})`, (device) => {
  it.each(['lib/dot4_packed.wgsl', 'lib/dot4_unpacked.wgsl'])(
    '%s adds four products',
    async (alternative) => {
      await expectEqualBits(
        device(),
        {
          include: 'lib/dot4.wgsl',
          alternatives: { 'lib/dot4.wgsl': alternative },
          parameters: ['a', 'b', 'accumulator'],
          results: [
            {
              wgsl: 'dot4_i8(u32(a), u32(b), accumulator)',
              expected: (a = 0, b = 0, accumulator = 0) => (accumulator + dot4(a, b)) | 0,
            },
          ],
        },
        [
          ...pairs(EDGE_WORDS, pairs(EDGE_WORDS, [0, 5, -5, 2 ** 31 - 1, -(2 ** 31)])),
          ...randomRows(() => [random.next() | 0, random.next() | 0, int32OfAnySize(random)]),
        ],
      );
    },
  );

  it('unpack and pack are each other’s inverse', async () => {
    const component =
      (index: number) =>
      (word = 0) =>
        bytesOf(word)[index]!;
    await expectEqualBits(
      device(),
      {
        include: 'lib/pack_i8.wgsl',
        parameters: ['word'],
        results: [
          { wgsl: 'unpack_i8(u32(word)).x', expected: component(0) },
          { wgsl: 'unpack_i8(u32(word)).y', expected: component(1) },
          { wgsl: 'unpack_i8(u32(word)).z', expected: component(2) },
          { wgsl: 'unpack_i8(u32(word)).w', expected: component(3) },
          { wgsl: 'i32(pack_i8(unpack_i8(u32(word))))', expected: (word = 0) => word },
        ],
      },
      [...EDGE_WORDS.map((word) => [word]), ...randomRows(() => [random.next() | 0])],
    );
  });

  it('the end of a row is masked', async () => {
    await expectEqualBits(
      device(),
      {
        include: 'lib/pack_i8.wgsl',
        parameters: ['values', 'word', 'row_elements'],
        results: [
          {
            wgsl: 'i32(mask_row_end(u32(values), u32(word), u32(row_elements)))',
            expected: (values = 0, word = 0, rowElements = 0) =>
              new Int32Array(
                bytesOf(values).map((byte, index) => (word * 4 + index < rowElements ? byte : 0)).buffer,
              )[0]!,
          },
        ],
      },
      [
        ...pairs([-1, 0x7f80ff01], pairs([0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17])),
        ...randomRows(() => [random.next() | 0, random.integer(0, 300), random.integer(0, 1200)]),
      ],
    );
  });
});
