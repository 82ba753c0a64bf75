import { describe, expect, it } from 'vitest';
import type { LstmVariant } from '../../src/contract/lstm-layout';
import type { LstmDirectionParameters } from '../../src/contract/lstm-parameters';
import { lowerLstm } from '../../src/lower/lstm';
import type { LstmState, SequenceLayout } from '../../src/reference/lstm_sequence';
import { lstmSequence } from '../../src/reference/lstm_sequence';
import { integerLstmGraph, lstmOf, PLAIN, VARIANTS, variantName } from '../support/integer-lstm';
import { Random } from '../support/random';
import { bigints, LstmOracle, numbers } from './lstm-oracle';

const EVERYTHING: LstmVariant = { layerNorm: true, projection: true, peephole: true, coupledGates: true };
const [INPUTS, UNITS, OUTPUTS] = [5, 6, 3];

const batchMajor = (batch: number, timesteps: number): SequenceLayout => ({
  batch,
  timesteps,
  timeStride: 1,
  batchStride: timesteps,
});
const timeMajor = (batch: number, timesteps: number): SequenceLayout => ({
  batch,
  timesteps,
  timeStride: batch,
  batchStride: 1,
});

function layer(variant: LstmVariant, seed: number) {
  const random = new Random(seed);
  const graph = integerLstmGraph({ variant, inputs: INPUTS, units: UNITS, outputs: OUTPUTS }, random);
  const op = lstmOf(graph);
  return { random, oracle: new LstmOracle(graph, op), parameters: lowerLstm(op, graph).directions[0]! };
}

function resetState(parameters: LstmDirectionParameters, batch: number): LstmState {
  const { outputElements, outputZeroPoint, units } = parameters;
  return {
    hidden: new Int8Array(batch * outputElements).fill(outputZeroPoint),
    cell: new Int16Array(batch * units),
  };
}

function run(
  parameters: LstmDirectionParameters,
  layout: SequenceLayout,
  input: Int8Array,
  options: {
    readonly lengths?: Int32Array;
    readonly reversed?: boolean;
    readonly state?: LstmState;
  } = {},
): { readonly output: Int8Array; readonly state: LstmState } {
  const { lengths = null, reversed = false, state = resetState(parameters, layout.batch) } = options;
  const output = new Int8Array(layout.batch * layout.timesteps * parameters.outputElements).fill(99);
  lstmSequence({ parameters, reversed, layout, lengths, input, state, output });
  return { output, state };
}

describe.each([
  ['batch major', batchMajor],
  ['time major', timeMajor],
] as const)('%s sequences', (_, layoutOf) => {
  it.each(VARIANTS.map((variant) => [variantName(variant), variant] as const))(
    'are steps of the oracle, row by row: %s',
    (__, variant) => {
      const { random, oracle, parameters } = layer(variant, 31);
      const [batch, timesteps] = [3, 5];
      const layout = layoutOf(batch, timesteps);
      const input = random.int8(batch * timesteps * INPUTS);
      const { output, state } = run(parameters, layout, input);
      const { outputElements } = parameters;
      for (let row = 0; row < batch; row++) {
        let { h, c } = oracle.initialState();
        for (let timestep = 0; timestep < timesteps; timestep++) {
          const place = timestep * layout.timeStride + row * layout.batchStride;
          const x = bigints(input.subarray(place * INPUTS, (place + 1) * INPUTS));
          ({ output: h, cell: c } = oracle.step(x, h, c));
          expect(
            [...output.subarray(place * outputElements, (place + 1) * outputElements)],
            `seed ${random.seed}, row ${row}, timestep ${timestep}`,
          ).toEqual(numbers(h));
        }
        expect([...state.hidden.subarray(row * outputElements, (row + 1) * outputElements)]).toEqual(
          numbers(h),
        );
        expect([...state.cell.subarray(row * UNITS, (row + 1) * UNITS)]).toEqual(numbers(c));
      }
    },
  );

  it.each([
    ['forward', false],
    ['reverse', true],
  ] as const)(
    '%s rows end at their lengths: the rest is the zero point, and the state stays',
    (__, reversed) => {
      const { random, parameters } = layer(EVERYTHING, 5);
      const { outputElements, outputZeroPoint } = parameters;
      const [batch, timesteps] = [4, 6];
      const layout = layoutOf(batch, timesteps);
      const input = random.int8(batch * timesteps * INPUTS);
      const lengths = Int32Array.of(6, 1, 0, 4);
      const { output, state } = run(parameters, layout, input, { lengths, reversed });
      lengths.forEach((length, row) => {
        const rows = Array.from(
          { length: timesteps },
          (___, t) => t * layout.timeStride + row * layout.batchStride,
        );
        const alone = run(
          parameters,
          batchMajor(1, length),
          Int8Array.from(
            rows
              .slice(0, length)
              .flatMap((place) => [...input.subarray(place * INPUTS, (place + 1) * INPUTS)]),
          ),
          { reversed },
        );
        const found = rows.map((place) => [
          ...output.subarray(place * outputElements, (place + 1) * outputElements),
        ]);
        expect(found.slice(0, length).flat(), `row ${row}`).toEqual([...alone.output]);
        expect(found.slice(length).flat()).toEqual(
          Array<number>((timesteps - length) * outputElements).fill(outputZeroPoint),
        );
        expect(state.hidden.subarray(row * outputElements, (row + 1) * outputElements)).toEqual(
          alone.state.hidden,
        );
        expect(state.cell.subarray(row * UNITS, (row + 1) * UNITS)).toEqual(alone.state.cell);
      });
    },
  );
});

it('reverse is forward over the reversed input', () => {
  const { random, parameters } = layer(PLAIN, 8);
  const timesteps = 7;
  const frames = Array.from({ length: timesteps }, () => random.int8(INPUTS));
  const flat = (rows: readonly Int8Array[]): Int8Array => Int8Array.from(rows.flatMap((row) => [...row]));
  const backward = run(parameters, batchMajor(1, timesteps), flat(frames), { reversed: true });
  const forward = run(parameters, batchMajor(1, timesteps), flat(frames.toReversed()));
  const rowsOf = (values: Int8Array): number[][] =>
    Array.from({ length: timesteps }, (_, t) => [...values.subarray(t * UNITS, (t + 1) * UNITS)]);
  expect(rowsOf(backward.output)).toEqual(rowsOf(forward.output).toReversed());
  expect(backward.state).toEqual(forward.state);
});

it('carries its state from call to call', () => {
  const { random, parameters } = layer(EVERYTHING, 9);
  const input = random.int8(10 * INPUTS);
  const whole = run(parameters, batchMajor(1, 10), input);
  const first = run(parameters, batchMajor(1, 4), input.subarray(0, 4 * INPUTS));
  const second = run(parameters, batchMajor(1, 6), input.subarray(4 * INPUTS), { state: first.state });
  expect([...first.output, ...second.output]).toEqual([...whole.output]);
  expect(second.state).toEqual(whole.state);
});

it('tells of every step in the order of computation', () => {
  const { random, parameters } = layer(EVERYTHING, 10);
  const seen: { row: number; timestep: number; hidden: number[]; cell: number[] }[] = [];
  const state = resetState(parameters, 2);
  const output = new Int8Array(2 * 3 * parameters.outputElements);
  lstmSequence({
    parameters,
    reversed: true,
    layout: batchMajor(2, 3),
    lengths: Int32Array.of(3, 2),
    input: random.int8(6 * INPUTS),
    state,
    output,
    onStep: ({ batchRow, timestep, hidden, cell }) => {
      seen.push({ row: batchRow, timestep, hidden: [...hidden], cell: [...cell] });
    },
  });
  expect(seen.map(({ row, timestep }) => [row, timestep])).toEqual([
    [0, 0],
    [0, 1],
    [0, 2],
    [1, 0],
    [1, 1],
  ]);
  const { outputElements } = parameters;
  seen.forEach(({ row, timestep, hidden }) => {
    const place = row * 3 + (row === 0 ? 3 : 2) - 1 - timestep;
    expect([...output.subarray(place * outputElements, (place + 1) * outputElements)]).toEqual(hidden);
  });
  expect(seen[2]?.cell).toEqual([...state.cell.subarray(0, UNITS)]);
});
