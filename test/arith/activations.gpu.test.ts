import { it } from 'vitest';
import {
  expOnNegativeValues,
  logisticQ3_12,
  oneMinusOverOnePlus,
  oneOverOnePlus,
  tanhQ0_15,
} from '../../src/arith';
import { TANH_TABLE_INTEGER_BITS } from '../../src/contract/gate-table-bindings';
import { packLogisticTable, packTanhTable } from '../../src/contract/gate-tables';
import { describeOnGpu } from '../support/driver';
import { EVERY_INT16, pairs } from './inputs';
import { expectEqualBits } from './shader-probe';

const TANH_INTEGER_BITS = [0, 1, 2, 3, 4, 5, 6];
const EXP_INTEGER_BITS = [...TANH_INTEGER_BITS, 7];
const NOT_POSITIVE = EVERY_INT16.filter((a) => a <= 0);
const NOT_NEGATIVE = EVERY_INT16.filter((a) => a >= 0);

describeOnGpu('activations in WGSL, all int16 inputs', (device) => {
  it('exp of negative values, integer bits known at run time', async () => {
    await expectEqualBits(
      device(),
      {
        include: 'lib/exp.wgsl',
        parameters: ['a', 'integer_bits'],
        results: [{ wgsl: 'exp_on_negative_values(a, integer_bits)', expected: expOnNegativeValues }],
      },
      pairs(NOT_POSITIVE, EXP_INTEGER_BITS),
    );
  });

  it('reciprocals of 1 + a', async () => {
    await expectEqualBits(
      device(),
      {
        include: 'lib/reciprocal.wgsl',
        parameters: ['a'],
        results: [
          { wgsl: 'one_over_one_plus(a)', expected: oneOverOnePlus },
          { wgsl: 'one_minus_over_one_plus(a)', expected: oneMinusOverOnePlus },
        ],
      },
      NOT_NEGATIVE.map((a) => [a]),
    );
  });

  it('logistic', async () => {
    await expectEqualBits(
      device(),
      {
        include: 'lib/logistic.wgsl',
        parameters: ['a'],
        results: [{ wgsl: 'logistic_q3_12(a)', expected: logisticQ3_12 }],
      },
      EVERY_INT16.map((a) => [a]),
    );
  });

  it('tanh, integer bits known at run time', async () => {
    await expectEqualBits(
      device(),
      {
        include: 'lib/tanh.wgsl',
        parameters: ['a', 'integer_bits'],
        results: [{ wgsl: 'tanh_q0_15(a, integer_bits)', expected: tanhQ0_15 }],
      },
      pairs(EVERY_INT16, TANH_INTEGER_BITS),
    );
  });

  it('logistic by table', async () => {
    await expectEqualBits(
      device(),
      {
        include: 'lib/logistic_table.wgsl',
        tables: { logistic_table: packLogisticTable() },
        parameters: ['a'],
        results: [{ wgsl: 'logistic_q3_12(a)', expected: logisticQ3_12 }],
      },
      EVERY_INT16.map((a) => [a]),
    );
  });

  it('tanh by table, of 3 integer bits and more', async () => {
    await expectEqualBits(
      device(),
      {
        include: 'lib/tanh_table.wgsl',
        tables: { tanh_table: packTanhTable() },
        parameters: ['a', 'integer_bits'],
        results: [{ wgsl: 'tanh_q0_15(a, integer_bits)', expected: tanhQ0_15 }],
      },
      pairs(
        EVERY_INT16,
        TANH_INTEGER_BITS.filter((bits) => bits >= TANH_TABLE_INTEGER_BITS),
      ),
    );
  });

  it('tanh, integer bits known when the shader is compiled', async () => {
    await expectEqualBits(
      device(),
      {
        include: 'lib/tanh.wgsl',
        parameters: ['a'],
        results: TANH_INTEGER_BITS.map((integerBits) => ({
          wgsl: `tanh_q0_15(a, ${integerBits})`,
          expected: (a = 0) => tanhQ0_15(a, integerBits),
        })),
      },
      EVERY_INT16.map((a) => [a]),
    );
  });
});
