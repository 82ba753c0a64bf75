import { describe, expect, it } from 'vitest';
import { lowerLookup } from '../../src/lower/lookup';
import type { Quantization } from '../../src/model';
import { lookup } from '../../src/reference/lookup';
import { GraphBuilder, perTensor } from '../support/graph-builder';

const ALL = Int8Array.from({ length: 256 }, (_, index) => index - 128);

function unary(kind: 'logistic' | 'tanh' | 'quantize', from: Quantization, to: Quantization): Int8Array {
  const builder = new GraphBuilder();
  const input = builder.input([1, 4], { quantization: from });
  const output = builder.tensor([1, 4], { quantization: to });
  const graph = builder.graph([output]);
  const base = { name: kind, sourceIndex: 0, input, output };
  const { parameters } = lowerLookup({ ...base, kind }, graph);
  const out = new Int8Array(ALL.length);
  lookup(parameters, ALL, out);
  return out;
}

/** The real function, rounded to the nearest int8; how far the table may be from it is up to the test. */
function nearest(f: (x: number) => number, from: Quantization, to: Quantization): number[] {
  return [...ALL].map((q) => {
    const y = f(from.scales[0]! * (q - from.zeroPoints[0]!)) / to.scales[0]! + to.zeroPoints[0]!;
    return Math.min(127, Math.max(-128, y));
  });
}

describe('tables of all 256 int8 values', () => {
  it.each([
    ['logistic', perTensor(0.0472, 14), perTensor(1 / 256, -128), (x: number) => 1 / (1 + Math.exp(-x))],
    ['logistic', perTensor(2, -128), perTensor(1 / 256, -128), (x: number) => 1 / (1 + Math.exp(-x))],
    ['tanh', perTensor(0.031, -3), perTensor(1 / 128, 0), Math.tanh],
    ['tanh', perTensor(0.5, 127), perTensor(0.02, 10), Math.tanh],
  ] as const)('%s is the rounded real function', (kind, from, to, f) => {
    const table = unary(kind, from, to);
    for (const [index, real] of nearest(f, from, to).entries()) {
      expect(Math.abs(table[index]! - real), `input ${ALL[index]}`).toBeLessThan(0.5001);
    }
  });

  it('rounds ties away from zero', () => {
    // tanh(0) = 0 cannot tell; a logistic at 0 is exactly one half: 0.5 / 0.2 = 2.5 and rounds to 3.
    expect(unary('logistic', perTensor(1, 0), perTensor(0.2, 0))[128]).toBe(3);
  });

  it('requantizes with integers alone, in the order of double rounding', () => {
    const doubled = unary('quantize', perTensor(1, 0), perTensor(0.5, 1));
    expect([...doubled.subarray(126, 131)]).toEqual([-3, -1, 1, 3, 5]);
    expect([doubled[0], doubled[255]]).toEqual([-128, 127]);
    // A half goes up in the doubling multiply (m = 2^30, shift 0), so 1/2 is 1 and -1/2 is 0.
    const halved = unary('quantize', perTensor(0.5, 0), perTensor(1, 0));
    expect([...halved.subarray(125, 132)]).toEqual([-1, -1, 0, 0, 1, 1, 2]);
    const copied = unary('quantize', perTensor(0.25, -5), perTensor(0.25, -5));
    expect(copied).toEqual(ALL);
  });
});
