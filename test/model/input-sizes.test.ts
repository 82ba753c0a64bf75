import { expect, it } from 'vitest';
import { InputError } from '../../src/errors';
import { describeShape, inputSizes } from '../../src/model/shapes/input-sizes';

const SEQUENCE = [['batch'], ['time'], [28]] as const;

it('reads batch and time off an input, in whichever order it has them', () => {
  expect(inputSizes([{ name: 'x', shape: SEQUENCE, sizes: [3, 7, 28] }])).toEqual({ batch: 3, timesteps: 7 });
  expect(inputSizes([{ name: 'x', shape: [['time'], ['batch'], [28]], sizes: [3, 7, 28] }])).toEqual({
    batch: 7,
    timesteps: 3,
  });
});

it('does not know what no input depends on', () => {
  expect(inputSizes([{ name: 'x', shape: [['batch'], []], sizes: [3, 1] }])).toEqual({
    batch: 3,
    timesteps: null,
  });
});

it.each([
  ['another rank', [3, 28], 'shape [3, 28] found, [batch, time, 28] expected'],
  ['other features', [3, 7, 27], 'shape [3, 7, 27] found, [batch, time, 28] expected'],
  [
    'nothing',
    [3, 0, 28],
    'shape [3, 0, 28] found, [batch, time, 28] with at least 1 in each dimension expected',
  ],
])('refuses %s', (_, sizes, message) => {
  const read = (): unknown => inputSizes([{ name: 'x', shape: SEQUENCE, sizes }]);
  expect(read).toThrow(new InputError(`input "x": ${message}`));
});

it('refuses inputs that disagree', () => {
  const read = (): unknown =>
    inputSizes([
      { name: 'x', shape: SEQUENCE, sizes: [3, 7, 28] },
      { name: 'y', shape: [['batch'], [4]], sizes: [2, 4] },
    ]);
  expect(read).toThrow(
    new InputError(
      'input "y": shape [2, 4] found, [batch, 4] with batch 3 as in the inputs before it expected',
    ),
  );
});

it('writes shapes as people read them', () => {
  expect(describeShape([['batch', 'time'], [], [4]])).toBe('[batch * time, 1, 4]');
});
