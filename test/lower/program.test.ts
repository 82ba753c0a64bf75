import { describe, expect, it } from 'vitest';
import { UnsupportedModelError } from '../../src/errors';
import { lowerProgram } from '../../src/lower/program';
import type { Graph } from '../../src/model';
import { GraphBuilder, perTensor } from '../support/graph-builder';

function floatEnds(): Graph {
  const builder = new GraphBuilder();
  const real = { dtype: 'float32', quantization: null } as const;
  const input = builder.input([1, 4], real);
  const [x, y, output] = [builder.tensor([1, 4]), builder.tensor([1, 4]), builder.tensor([4, 1], real)];
  builder.op({ kind: 'quantize', input, output: x });
  builder.op({ kind: 'quantize', input: x, output: y });
  builder.op({ kind: 'dequantize', input: builder.reshape(y, [4, 1]), output });
  return builder.graph([output]);
}

describe('lowering a graph', () => {
  it('keeps float at the ends and makes a table of what is between', () => {
    expect(lowerProgram(floatEnds()).ops.map(({ kind }) => kind)).toEqual([
      'quantize',
      'lookup',
      'move',
      'dequantize',
    ]);
  });

  it('says every reason at once why a graph cannot run', () => {
    const builder = new GraphBuilder();
    const input = builder.input([1, 4]);
    const [a, b, c] = [
      builder.tensor([1, 4]),
      builder.tensor([1, 4], { dtype: 'float32' }),
      builder.tensor([1, 4]),
    ];
    builder.op({ kind: 'softmax', input, output: a, beta: 1 });
    builder.op({ kind: 'dequantize', input: a, output: b });
    builder.op({ kind: 'logistic', input: b, output: c });
    expect(() => lowerProgram(builder.graph([c]))).toThrowErrorMatchingInlineSnapshot(`
      [UnsupportedModelError: 2 things cannot run:
      - softmax_0: its output has scale 0.0625 and zero point 0; 1/256 and -128 are expected, requantize the model
      - dequantize_1: it turns int8 into float32; int8 into float32 model outputs is supported]
    `);
  });

  it('refuses a quantization in the middle of a float graph', () => {
    const builder = new GraphBuilder();
    const x = builder.tensor([1, 4], { dtype: 'float32' });
    const y = builder.tensor([1, 4], { quantization: perTensor(1) });
    builder.op({ kind: 'quantize', input: x, output: y });
    expect(() => lowerProgram(builder.graph([y]))).toThrow(UnsupportedModelError);
  });
});
