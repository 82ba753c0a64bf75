import { describe, expect, test } from 'vitest';
import { FloatRunner } from '../../src/quantize';
import golden from './golden/float_lstm.json';
import { lstmGraph, noise, variantName } from './support/lstm-graph';

/** Tensors are float32: a handful of roundings at magnitudes up to about 8. */
const TOLERANCE = 2e-6;

function expectClose(actual: Float32Array, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, index) => {
    expect(Math.abs(value - expected[index]!), `element ${index}`).toBeLessThan(TOLERANCE);
  });
}

function rowAt(values: ArrayLike<number>, row: number, elements: number): number[] {
  return Array.from(values).slice(row * elements, (row + 1) * elements);
}

describe('the float LSTM equals an independent numpy implementation, PyTorch where it has the variant', () => {
  const { batch, steps, inputs, units, projected } = golden.sizes;
  for (const { variant: flags, direction, outputs, lastCell, lastStep } of golden.cases) {
    const variant = { ...flags, coupledInputForget: flags.cifg };
    test(`${variantName(variant)}, ${direction}: two calls on one state`, () => {
      const graph = lstmGraph({
        variant,
        direction: direction === 'forward' ? 'forward' : 'reverse',
        ...{ batch, steps, inputs, units, projected },
        cellClip: flags.cellClip,
        projectionClip: flags.projectionClip,
        values: noise,
      });
      const runner = new FloatRunner(graph);
      const seen = new Map<string, Float32Array>();
      let data = new Float32Array();
      outputs.forEach((expected, call) => {
        data = noise(70 + call, batch * steps * inputs).map((value) => 2 * value);
        const [y] = runner.run([{ shape: [batch, steps, inputs], data }], (site, values) => {
          seen.set(site.key, values.slice());
        });
        expectClose(y!.data, expected);
      });
      expectClose(seen.get('c')!, lastCell);
      for (const [name, expected] of Object.entries(lastStep)) {
        const key = name === 'hidden' ? 'hidden' : `${name} gate pre-activation`;
        expectClose(seen.get(`lstm_0/${direction}/${key}`)!, expected);
      }
      // What the gates read last: the last input, and the output before the last.
      const [last, before] = direction === 'forward' ? [steps - 1, steps - 2] : [0, 1];
      const depth = flags.projection ? projected : units;
      const gateInput = Array.from({ length: batch }, (_, row) => [
        ...rowAt(data, row * steps + last, inputs),
        ...rowAt(outputs.at(-1)!, row * steps + before, depth),
      ]);
      expectClose(seen.get(`lstm_0/${direction}/gate input`)!, gateInput.flat());
      // Of the values of the last step all but the hidden one are gates, each with a share of its input.
      const values = Object.keys(lastStep).length;
      expect(seen.size).toBe(4 + values + (values - 1));
    });
  }
});

describe('time-major and one-step layouts', () => {
  const sizes = { batch: 2, steps: 3, inputs: 3, units: 4, projected: 2 };
  const variant = { layerNorm: false, projection: false, peephole: false, coupledInputForget: false };
  const batchMajor = lstmGraph({ variant, ...sizes, values: noise });
  const input = noise(70, 18);
  const [expected] = new FloatRunner(batchMajor).run([{ shape: [2, 3, 3], data: input }]);
  const swap = (data: Float32Array, outer: number, inner: number, depth: number): Float32Array =>
    Float32Array.from(data, (_, index) => {
      const [i, j, k] = [
        Math.floor(index / (inner * depth)),
        Math.floor(index / depth) % inner,
        index % depth,
      ];
      return data[(j * outer + i) * depth + k]!;
    });

  test('time-major is batch-major with its first two dimensions exchanged', () => {
    const ops = batchMajor.ops.map((op) => ({ ...op, timeMajor: true }));
    const [y] = new FloatRunner({ ...batchMajor, ops }).run([
      { shape: [3, 2, 3], data: swap(input, 3, 2, 3) },
    ]);
    expect(y!.shape).toEqual([3, 2, 4]);
    expect(y!.data).toEqual(swap(expected!.data, 3, 2, 4));
  });

  test('one step at a time gives the sequence', () => {
    const ops = batchMajor.ops.map((op) => ({ ...op, oneStep: true }));
    const tensors = batchMajor.tensors.map((tensor) =>
      tensor.name === 'x' ? { ...tensor, shape: [2, 3] } : tensor,
    );
    const runner = new FloatRunner({ ...batchMajor, ops, tensors });
    for (let step = 0; step < 3; step++) {
      const frame = Float32Array.from(
        { length: 6 },
        (_, i) => input[(Math.floor(i / 3) * 3 + step) * 3 + (i % 3)]!,
      );
      const [y] = runner.run([{ shape: [2, 3], data: frame }]);
      expect(y!.shape).toEqual([2, 4]);
      y!.data.forEach((value, i) => {
        expect(value).toBe(expected!.data[(Math.floor(i / 4) * 3 + step) * 4 + (i % 4)]);
      });
    }
  });
});
