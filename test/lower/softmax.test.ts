import { describe, expect, it } from 'vitest';
import { ModelFormatError, UnsupportedModelError } from '../../src/errors';
import type { SoftmaxParameters } from '../../src/contract/op-parameters';
import { lowerSoftmax } from '../../src/lower/softmax';
import type { Quantization } from '../../src/model';
import { softmax } from '../../src/reference/softmax';
import { GraphBuilder, perTensor } from '../support/graph-builder';
import { Random } from '../support/random';

const PROBABILITY = perTensor(1 / 256, -128);

function lower(scale: number, options: { beta?: number; output?: Quantization } = {}): SoftmaxParameters {
  const { beta = 1, output: quantization = PROBABILITY } = options;
  const builder = new GraphBuilder();
  const input = builder.input([1, 10], { quantization: perTensor(scale, 3) });
  const output = builder.tensor([1, 10], { quantization });
  const op = builder.op({ kind: 'softmax', input, output, beta });
  return lowerSoftmax(op, builder.graph([output])).parameters;
}

function run(parameters: SoftmaxParameters, logits: Int8Array): Int8Array {
  const out = new Int8Array(logits.length);
  softmax(parameters, logits, logits.length, out);
  return out;
}

describe('softmax', () => {
  it('stays within one unit of the real function', () => {
    const random = new Random(77);
    for (let round = 0; round < 300; round++) {
      const [scale, beta] = [Math.fround(0.001 + random.real() * 0.3), random.pick([0.5, 1, 2])];
      const logits = random.int8(random.integer(1, 40));
      const probabilities = run(lower(scale, { beta }), logits);
      const maximum = Math.max(...logits);
      const exponentials = [...logits].map((q) => Math.exp(beta * scale * (q - maximum)));
      const sum = exponentials.reduce((a, b) => a + b, 0);
      for (const [j, value] of probabilities.entries()) {
        const real = Math.min((exponentials[j]! / sum) * 256 - 128, 127);
        expect(Math.abs(value - real), `seed ${random.seed}, round ${round}, class ${j}`).toBeLessThan(1);
      }
    }
  });

  it('gives one class everything, up to the largest int8', () => {
    expect([...run(lower(0.1), Int8Array.of(-128))]).toEqual([127]);
    expect([...run(lower(10), Int8Array.of(127, 126, -128))]).toEqual([127, -128, -128]);
  });

  it('leaves out what TFLite leaves out: distances whose shift would overflow Q5.26', () => {
    // At scale 1 the multiplier is 2^30 with shift 27, and 31 * 2^26 / 2^27 is 15.5.
    const { exponentials } = lower(1);
    expect(exponentials[0]).toBe(2 ** 31 - 1);
    expect(exponentials[15]).toBeGreaterThan(0);
    expect(exponentials.subarray(16).every((value) => value === 0)).toBe(true);
  });

  it('shares what is left among hundreds of equal classes, down to nothing', () => {
    expect(run(lower(0.1), new Int8Array(256)).every((value) => value === -127)).toBe(true);
    expect(run(lower(0.1), new Int8Array(500)).every((value) => value === -127)).toBe(true);
    expect(run(lower(0.1), new Int8Array(4095)).every((value) => value === -128)).toBe(true);
  });

  it('refuses outputs that are no probabilities, and differences that all round to 0', () => {
    expect(() => lower(0.1, { output: perTensor(1 / 128, -128) })).toThrow(UnsupportedModelError);
    expect(() => lower(0.1, { output: perTensor(1 / 256, 0) })).toThrow(/1\/256 and -128 are expected/);
    expect(() => lower(1, { beta: 2 ** -26 })).toThrow(ModelFormatError);
  });
});
