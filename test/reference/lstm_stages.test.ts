import { describe, expect, it } from 'vitest';
import { quantizedMultiplier } from '../../src/arith';
import type { LstmVariant } from '../../src/contract/lstm-layout';
import type { LayerNormParameters, LstmDirectionParameters } from '../../src/contract/lstm-parameters';
import { lowerLstm } from '../../src/lower/lstm';
import { inputProduct } from '../../src/reference/input_product';
import { layerNormalize } from '../../src/reference/layer_norm';
import { lstmCell } from '../../src/reference/lstm_cell';
import { lstmGates } from '../../src/reference/lstm_gates';
import { createStages } from '../../src/reference/lstm_stages';
import type { LstmStages } from '../../src/reference/lstm_stages';
import { lstmStep } from '../../src/reference/lstm_step';
import { projection } from '../../src/reference/projection';
import { layerNormElement, layerNormStatistics } from '../arith/oracle';
import { integerLstmGraph, lstmOf, VARIANTS, variantName } from '../support/integer-lstm';
import { Random } from '../support/random';
import { bigints, gateMajor, LstmOracle, numbers } from './lstm-oracle';
import type { OracleStages } from './lstm-oracle';

/** A timestep of a random layer, from any state, with everything that the oracle says of it. */
interface Situation {
  readonly name: string;
  readonly parameters: LstmDirectionParameters;
  readonly x: Int8Array;
  readonly h: Int8Array;
  readonly c: Int16Array;
  readonly expected: OracleStages;
}

function situations(variant: LstmVariant): Situation[] {
  return Array.from({ length: 12 }, (_, seed) => {
    const random = new Random(100 + seed);
    const [inputs, units] = [random.integer(1, 9), random.integer(1, 20)];
    const outputs = variant.projection ? random.integer(1, 12) : units;
    const graph = integerLstmGraph(
      {
        variant,
        inputs,
        units,
        outputs,
        cellClip: random.pick([0, 0, 0.5, 3]),
        projectionClip: random.pick([0, 0.3, 1]),
      },
      random,
    );
    const op = lstmOf(graph);
    const x = random.int8(inputs);
    const h = random.int8(outputs);
    const c = Int16Array.from({ length: units }, () =>
      random.integer(0, 5) === 0 ? random.pick([-32768, 32767, 0]) : random.integer(-32768, 32767),
    );
    return {
      name: `seed ${random.seed}`,
      parameters: lowerLstm(op, graph).directions[0]!,
      x,
      h,
      c,
      expected: new LstmOracle(graph, op).step(bigints(x), bigints(h), bigints(c)),
    };
  });
}

/** Stages with what the cell reads already in them. */
function stagesWith({ parameters, expected }: Situation): LstmStages {
  const stages = createStages(parameters);
  stages.gateSum.set(gateMajor(expected.sum, parameters.units));
  return stages;
}

describe.each(VARIANTS.map((variant) => [variantName(variant), variant] as const))('%s', (_, variant) => {
  const cases = situations(variant);

  it('input side: product with bias, requantized', () => {
    for (const { name, parameters, x, expected } of cases) {
      const { units } = parameters;
      const sides = new Int16Array(4 * units);
      const accumulators = new Int32Array(4 * units);
      inputProduct(parameters, x, sides, accumulators);
      expect([...accumulators], name).toEqual(gateMajor(expected.inputAccumulator, units));
      expect([...sides], name).toEqual(gateMajor(expected.inputSide, units));
    }
  });

  it('recurrent side, and the sum of both', () => {
    for (const { name, parameters, h, expected } of cases) {
      const { units } = parameters;
      const stages = createStages(parameters);
      lstmGates(parameters, Int16Array.from(gateMajor(expected.inputSide, units)), h, stages);
      expect([...stages.recurrentAccumulator], name).toEqual(gateMajor(expected.recurrentAccumulator, units));
      expect([...stages.gateSum], name).toEqual(gateMajor(expected.sum, units));
    }
  });

  it('peepholes, the output gate seeing the new cell state', () => {
    for (const situation of cases) {
      const { name, parameters, c, expected } = situation;
      const stages = stagesWith(situation);
      lstmCell(parameters, c.slice(), stages);
      expect([...stages.gateSum], name).toEqual(gateMajor(expected.peepholeSum, parameters.units));
    }
  });

  it('pre-activations and gates', () => {
    for (const situation of cases) {
      const { name, parameters, c, expected } = situation;
      const stages = stagesWith(situation);
      lstmCell(parameters, c.slice(), stages);
      expect([...stages.preActivation], name).toEqual(gateMajor(expected.preActivation, parameters.units));
      expect([...stages.activation], name).toEqual(gateMajor(expected.activation, parameters.units));
    }
  });

  it('cell state', () => {
    for (const situation of cases) {
      const { name, parameters, c, expected } = situation;
      const cell = c.slice();
      lstmCell(parameters, cell, stagesWith(situation));
      expect([...cell], name).toEqual(numbers(expected.cell));
    }
  });

  it('hidden value', () => {
    for (const situation of cases) {
      const { name, parameters, c, expected } = situation;
      const stages = stagesWith(situation);
      lstmCell(parameters, c.slice(), stages);
      expect([...stages.hidden], name).toEqual(numbers(expected.hidden));
    }
  });

  if (variant.projection) {
    it('projection', () => {
      for (const { name, parameters, expected } of cases) {
        const out = new Int8Array(parameters.outputElements);
        const hidden = Int8Array.from(numbers(expected.hidden));
        projection(parameters.projection!, parameters.outputZeroPoint, hidden, out);
        expect([...out], name).toEqual(numbers(expected.output));
      }
    });
  }

  it('the whole step', () => {
    for (const { name, parameters, x, h, c, expected } of cases) {
      const sides = new Int16Array(4 * parameters.units);
      inputProduct(parameters, x, sides);
      const [state, cell] = [h.slice(), c.slice()];
      lstmStep(parameters, sides, state, cell, createStages(parameters));
      expect([...state], name).toEqual(numbers(expected.output));
      expect([...cell], name).toEqual(numbers(expected.cell));
    }
  });
});

it('normalises rows without variance, and at the ends of int16', () => {
  for (const units of [1, 2, 3, 64, 65]) {
    const random = new Random(units);
    const layerNorm: LayerNormParameters = {
      weights: Int16Array.from({ length: units }, () => random.integer(-32767, 32767)),
      bias: Int32Array.from({ length: units }, () => random.integer(-(2 ** 24), 2 ** 24)),
      multiplier: quantizedMultiplier(1_500_000_000, -12),
      varianceFloor: random.pick([1, 2, 40]),
    };
    const rows = [-32768, -1, 0, 7, 32767].map((value) => new Int16Array(units).fill(value));
    rows.push(Int16Array.from({ length: units }, (_, unit) => (unit % 2 === 0 ? -32768 : 32767)));
    for (const row of rows) {
      const out = new Int16Array(units);
      layerNormalize(layerNorm, row, out);
      const values = bigints(row);
      const statistics = layerNormStatistics(
        values.reduce((sum, value) => sum + value, 0n),
        values.reduce((sum, value) => sum + value * value, 0n),
        BigInt(units),
        BigInt(layerNorm.varianceFloor),
      );
      const expected = values.map((value, unit) =>
        layerNormElement(value, statistics, BigInt(layerNorm.weights[unit]!), BigInt(layerNorm.bias[unit]!), [
          1_500_000_000n,
          -12,
        ]),
      );
      expect([...out], `seed ${random.seed}, row of ${row[0]}`).toEqual(numbers(expected));
    }
  }
});
