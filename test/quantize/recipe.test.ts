import { describe, expect, test } from 'vitest';
import { LSTM_RECIPE, lstmRule } from '../../src/quantize';
import type { LstmRole, LstmVariant } from '../../src/quantize';
import { VARIANTS, variantName } from './support/lstm-graph';

const ROLES: readonly LstmRole[] = [
  'input',
  'inputWeights',
  'recurrentWeights',
  'peephole',
  'gateBias',
  'layerNorm',
  'preActivation',
  'cellState',
  'hidden',
  'projectionWeights',
  'projectionBias',
  'output',
  'outputState',
];

/** The published table, said once more and differently: type, symmetry and scale of each tensor of a variant. */
function published({ layerNorm, projection, peephole }: LstmVariant): Partial<Record<LstmRole, string>> {
  return {
    input: 'int8 asymmetric range',
    inputWeights: 'int8 symmetric max/127',
    recurrentWeights: 'int8 symmetric max/127',
    ...(peephole && { peephole: 'int16 symmetric max/32767' }),
    ...(layerNorm && { layerNorm: 'int16 symmetric max/32767' }),
    gateBias: layerNorm ? 'int32 symmetric layerNorm * 2^-10' : 'int32 symmetric input * inputWeights * 2^0',
    preActivation: layerNorm ? 'int16 symmetric max/32767' : 'int16 symmetric 2^-12',
    cellState: 'int16 symmetric power of two, 2^-15..2^-9',
    hidden: projection ? 'int8 asymmetric range' : 'int8 asymmetric as output',
    ...(projection && {
      projectionWeights: 'int8 symmetric max/127',
      projectionBias: 'int32 symmetric projectionWeights * hidden * 2^0',
    }),
    output: 'int8 asymmetric range',
    outputState: 'int8 asymmetric as output',
  };
}

function describeRule(role: LstmRole, variant: LstmVariant): string | undefined {
  const row = lstmRule(role, variant);
  if (row === null) return undefined;
  const { scale } = row;
  const rule = ((): string => {
    switch (scale.rule) {
      case 'range':
        return 'range';
      case 'maximum':
        return `max/${scale.steps}`;
      case 'powerOfTwo':
        return `power of two, 2^${scale.minimumLog2}..2^${scale.maximumLog2}`;
      case 'product':
        return `${scale.of.join(' * ')} * 2^${scale.log2}`;
      case 'fixed':
        return `2^${Math.log2(scale.scale)}`;
      case 'sameAs':
        return `as ${scale.role}`;
    }
  })();
  return `${row.dtype} ${row.symmetric ? 'symmetric' : 'asymmetric'} ${rule}`;
}

describe('the recipe is the published table', () => {
  test.each(VARIANTS.map((variant) => [variantName(variant), variant] as const))('%s', (_, variant) => {
    const expected = published(variant);
    for (const role of ROLES) expect(describeRule(role, variant), role).toBe(expected[role]);
  });

  test('no two rows apply to the same tensor of the same variant', () => {
    for (const variant of VARIANTS) {
      for (const role of ROLES) {
        const rows = LSTM_RECIPE.filter(
          ({ role: other, when }) =>
            other === role &&
            Object.entries(when).every(([stage, value]) => variant[stage as keyof LstmVariant] === value),
        );
        expect(rows.length, `${variantName(variant)}: ${role}`).toBeLessThanOrEqual(1);
      }
    }
  });
});
