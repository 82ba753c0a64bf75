import { describe, expect, it } from 'vitest';
import { ModelFormatError, UnsupportedModelError } from '../../src/errors';
import type { FullyConnectedOp, FusedActivation, Graph, Quantization } from '../../src/model';
import { lowerFullyConnected } from '../../src/lower/fully-connected';
import { fullyConnected } from '../../src/reference/fully_connected';
import { mbqm } from '../arith/oracle';
import { GraphBuilder, perChannel, perTensor } from '../support/graph-builder';
import { Random } from '../support/random';

interface Case {
  readonly weights: Int8Array;
  readonly bias: Int32Array;
  readonly inputs: number;
  readonly weightQuantization?: Quantization;
  readonly activation?: FusedActivation;
  readonly input?: Quantization;
  readonly output?: Quantization;
}

function layer(options: Case): { op: FullyConnectedOp; graph: Graph } {
  const builder = new GraphBuilder();
  const outputs = options.bias.length;
  const input = builder.input([1, options.inputs], { quantization: options.input ?? perTensor(1 / 16, 5) });
  const output = builder.tensor([1, outputs], { quantization: options.output ?? perTensor(1 / 4, -7) });
  builder.fullyConnected(
    input,
    builder.int8([outputs, options.inputs], options.weights, options.weightQuantization),
    {
      bias: builder.int32([outputs], options.bias),
      output,
      activation: options.activation ?? 'none',
    },
  );
  const graph = builder.graph([output]);
  return { graph, op: graph.ops[0] as FullyConnectedOp };
}

describe('a dense layer', () => {
  it('computes what TFLite writes down, zero points and all', () => {
    const random = new Random(20260101);
    for (let round = 0; round < 200; round++) {
      const [inputs, outputs, rows] = [random.integer(1, 20), random.integer(1, 6), random.integer(1, 3)];
      const scales = Array.from({ length: outputs }, () => Math.fround(0.001 + random.real() / 32));
      const perChannelScales = round % 2 === 0;
      const weights = random.int8(inputs * outputs).map((w) => Math.max(w, -127));
      const bias = Int32Array.from({ length: outputs }, () => random.integer(-3000, 3000));
      const input = perTensor(0.01 + random.real() / 8, random.integer(-128, 127));
      const output = perTensor(0.01 + random.real() / 4, random.integer(-128, 127));
      const { op, graph } = layer({
        inputs,
        weights,
        bias,
        input,
        output,
        weightQuantization: perChannelScales ? perChannel(scales) : perTensor(scales[0]!),
      });
      const { parameters } = lowerFullyConnected(op, graph);
      const x = random.int8(rows * inputs);
      const y = new Int8Array(rows * outputs);
      fullyConnected(parameters, x, y);
      const expected = Int8Array.from(y, (_, index) => {
        const [row, channel] = [Math.floor(index / outputs), index % outputs];
        let sum = BigInt(bias[channel]!);
        for (let j = 0; j < inputs; j++) {
          sum += BigInt(weights[channel * inputs + j]!) * BigInt(x[row * inputs + j]! - input.zeroPoints[0]!);
        }
        const { multiplier, shift } = parameters.multipliers[channel]!;
        const value = Number(mbqm(sum, BigInt(multiplier), shift)) + output.zeroPoints[0]!;
        return Math.min(127, Math.max(-128, value));
      });
      expect(y, `seed ${random.seed}, round ${round}`).toEqual(expected);
      const scale = scales[perChannelScales ? outputs - 1 : 0]!;
      const { multiplier, shift } = parameters.multipliers[outputs - 1]!;
      const product = input.scales[0]! * scale;
      const real = (perChannelScales && outputs > 1 ? product : Math.fround(product)) / output.scales[0]!;
      expect(Math.abs((multiplier / 2 ** 31) * 2 ** shift - real)).toBeLessThanOrEqual(real * 2 ** -31);
    }
  });

  it.each([
    ['none', -128, 127],
    ['relu', -7, 127],
    ['relu6', -7, 17],
    ['reluN1To1', -11, -3],
  ] as const)('clamps the output of %s to [%i, %i]', (activation, min, max) => {
    const { op, graph } = layer({ inputs: 1, weights: Int8Array.of(1), bias: Int32Array.of(0), activation });
    expect(lowerFullyConnected(op, graph).parameters.outputRange).toEqual({ min, max });
  });

  it('refuses a row that could leave int32', () => {
    const { op, graph } = layer({
      inputs: 2,
      weights: Int8Array.of(127, 127),
      bias: Int32Array.of(2 ** 31 - 1000),
    });
    expect(() => lowerFullyConnected(op, graph)).toThrowErrorMatchingInlineSnapshot(
      `[ModelFormatError: fullyConnected_0 weights: row 0 with its bias can reach 2147513890, beyond the int32 accumulator; requantize the model with a larger bias scale or fewer inputs]`,
    );
  });

  it('refuses weights with a zero point, scales along the wrong axis, and a bias of another length', () => {
    const base = { inputs: 2, weights: Int8Array.of(1, 2, 3, 4, 5, 6), bias: new Int32Array(3) };
    const withZeroPoint = layer({ ...base, weightQuantization: perTensor(1, 3) });
    expect(() => lowerFullyConnected(withZeroPoint.op, withZeroPoint.graph)).toThrow(UnsupportedModelError);
    const alongInputs = layer({ ...base, weightQuantization: { ...perChannel([1, 2, 3]), axis: 1 } });
    expect(() => lowerFullyConnected(alongInputs.op, alongInputs.graph)).toThrow(
      /3 weight scales along dimension 1/,
    );
    const builder = new GraphBuilder();
    const output = builder.fullyConnected(builder.input([1, 2]), builder.int8([3, 2], base.weights), {
      bias: builder.int32([2], [0, 0]),
    });
    const graph = builder.graph([output]);
    expect(() => lowerFullyConnected(graph.ops[0] as FullyConnectedOp, graph)).toThrow(ModelFormatError);
  });
});
