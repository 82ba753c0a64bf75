import { describe, expect, it } from 'vitest';
import { lowered } from '../support/gpu-session';
import type { Graph } from '../../src/model';
import { GraphBuilder } from '../support/graph-builder';

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
    expect(lowered(floatEnds()).ops.map(({ kind }) => kind)).toEqual([
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
      builder.tensor([1, 4], { dtype: 'int16' }),
    ];
    builder.op({ kind: 'softmax', input, output: a, beta: 1 });
    builder.op({ kind: 'dequantize', input: a, output: b });
    builder.op({ kind: 'quantize', input: b, output: c });
    expect(() => lowered(builder.graph([c]))).toThrowErrorMatchingInlineSnapshot(`
      [UnsupportedModelError: 2 things cannot run:
      - softmax_0: its output has scale 0.0625 and zero point 0; 1/256 and -128 are expected, requantize the model
      - quantize_2: it turns float32 into int16; float32 or int8 into int8 is supported]
    `);
  });

  it('quantizes on the device what an island makes, and what serves an island too', () => {
    const float = { dtype: 'float32', quantization: null } as const;
    const builder = new GraphBuilder();
    const input = builder.input([1, 4], float);
    const [inner, real, root, result] = [
      builder.tensor([1, 4]),
      builder.tensor([1, 4], float),
      builder.tensor([1, 4], float),
      builder.tensor([1, 4]),
    ];
    builder.op({ kind: 'quantize', input, output: inner });
    builder.op({ kind: 'dequantize', input: inner, output: real });
    builder.op({
      kind: 'binary',
      operation: 'divide',
      left: real,
      right: input,
      output: root,
      activation: 'none',
    });
    builder.op({ kind: 'quantize', input: root, output: result });
    expect(lowered(builder.graph([result])).ops.map(({ kind }) => kind)).toEqual([
      'floatQuantize',
      'floatDequantize',
      'floatBinary',
      'floatQuantize',
    ]);
  });
});
