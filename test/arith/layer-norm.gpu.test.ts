import { it } from 'vitest';
import {
  inverseSqrtMultiplier,
  layerNormElement,
  layerNormStatistics,
  quantizedMultiplier,
} from '../../src/arith';
import { describeOnGpu } from '../support/driver';
import { Random } from '../support/random';
import { INT16_EDGES, INT32_EDGES, INT32_MAX, int32OfAnySize, pairs } from './inputs';
import { expectEqualBits } from './shader-probe';

const RANDOM_ROWS = 120_000;
const random = new Random(0x1a7e);
const randomRows = (row: () => number[]) => Array.from({ length: RANDOM_ROWS }, row);

const COUNTS = [1, 2, 3, 5, 127, 128, 129, 1023, 1024, 4095, 4097, 65_535];

/** (sum, low and high word of the sum of squares, n, 2^20 / n) of n values, of which all but one are equal. */
function moments(common: number, odd: number, n: number): number[] {
  const squares = common * common * (n - 1) + odd * odd;
  return [common * (n - 1) + odd, squares | 0, Math.floor(squares / 2 ** 32), n, Math.trunc(2 ** 20 / n)];
}

function statisticsOf([sum = 0, low = 0, high = 0, n = 0]: readonly number[], floor: number) {
  return layerNormStatistics(sum, high * 2 ** 32 + (low >>> 0), n, floor);
}

const MOMENTS = ['sum', 'squares_low', 'squares_high', 'n', 'inverse_n'];
const STATISTICS = `layer_norm_statistics(sum, vec2<u32>(u32(squares_low), u32(squares_high)), u32(n), inverse_n, variance_floor)`;

describeOnGpu(`layer norm in WGSL (seed ${random.seed})`, (device) => {
  it('inverse square root', async () => {
    const everySize = Array.from({ length: RANDOM_ROWS }, () =>
      Math.max(1, Math.abs(int32OfAnySize(random) + 1)),
    );
    const small = Array.from({ length: 70_000 }, (_, index) => index + 1);
    await expectEqualBits(
      device(),
      {
        include: 'lib/layer_norm.wgsl',
        parameters: ['x'],
        results: [
          { wgsl: 'inverse_sqrt_multiplier(x).x', expected: (x = 0) => inverseSqrtMultiplier(x).multiplier },
          { wgsl: 'inverse_sqrt_multiplier(x).y', expected: (x = 0) => inverseSqrtMultiplier(x).shift },
        ],
      },
      [...INT32_EDGES.filter((x) => x >= 1), ...small, ...everySize].map((x) => [x]),
    );
  });

  it('statistics of a row', async () => {
    const rows = [
      ...pairs(INT16_EDGES, pairs([-32_768, -1, 0, 32_767], COUNTS)).map(([common = 0, odd = 0, n = 0]) => [
        ...moments(common, odd, n),
        327,
      ]),
      ...randomRows(() => [
        ...moments(
          random.integer(-32_768, 32_767) >> random.integer(0, 15),
          random.integer(-32_768, 32_767),
          random.integer(1, 65_535),
        ),
        random.integer(1, INT32_MAX),
      ]),
    ];
    const field = (wgsl: string, get: (statistics: ReturnType<typeof layerNormStatistics>) => number) => ({
      wgsl: `${STATISTICS}.${wgsl}`,
      expected: (...row: number[]) => get(statisticsOf(row, row[5]!)),
    });
    await expectEqualBits(
      device(),
      {
        include: 'lib/layer_norm.wgsl',
        parameters: [...MOMENTS, 'variance_floor'],
        results: [
          field('mean', ({ mean }) => mean),
          field('multiplier', ({ inverseStdDev }) => inverseStdDev.multiplier),
          field('shift', ({ inverseStdDev }) => inverseStdDev.shift),
        ],
      },
      rows,
    );
  });

  it('a normalised element, also where the weighted sum wraps', async () => {
    const floor = 9;
    const rows = randomRows(() => [
      ...moments(
        random.integer(-32_768, 32_767) >> random.integer(0, 15),
        random.integer(-32_768, 32_767),
        random.integer(1, 65_535),
      ),
      random.integer(-32_768, 32_767),
      random.integer(-32_768, 32_767),
      int32OfAnySize(random),
      random.integer(2 ** 30, INT32_MAX),
      random.integer(-31, 19),
    ]);
    await expectEqualBits(
      device(),
      {
        include: 'lib/layer_norm.wgsl',
        parameters: [...MOMENTS, 'v', 'weight', 'bias', 'multiplier', 'shift'],
        results: [
          {
            wgsl: `layer_norm_element(v, ${STATISTICS.replace('variance_floor', String(floor))}, weight, bias, multiplier, shift)`,
            expected: (...row) => {
              const [v = 0, weight = 0, bias = 0, multiplier = 0, shift = 0] = row.slice(MOMENTS.length);
              return layerNormElement(
                v,
                statisticsOf(row, floor),
                weight,
                bias,
                quantizedMultiplier(multiplier, shift),
              );
            },
          },
        ],
      },
      rows,
    );
  });
});
