import { describe, expect, it } from 'vitest';
import { writeModel } from '../../src/export/tflite/write-model';
import { importTflite } from '../../src/import/tflite';
import type { SliceDimension, TensorId } from '../../src/model';
import { GraphBuilder } from '../support/graph-builder';

/** What importing a file says that no sound exporter would write. */
function refusal(build: (builder: GraphBuilder, input: TensorId, output: TensorId) => void): string {
  const builder = new GraphBuilder();
  const input = builder.input([1, 4, 6]);
  const output = builder.tensor([1, 4, 6]);
  build(builder, input, output);
  const file = writeModel(builder.graph([output]), {});
  try {
    importTflite(file);
  } catch (error) {
    return String(error);
  }
  return 'nothing';
}

describe('settings of ops that make no sense', () => {
  it('an axis that is not there', () => {
    const message = refusal((builder, input, output) => {
      builder.op({ kind: 'concatenation', inputs: [input, input], output, axis: 3 });
    });
    expect(message).toMatchInlineSnapshot(
      `"ModelFormatError: op 0 CONCATENATION: there is no dimension 3 among 3; convert the model again"`,
    );
    const reversed = refusal((builder, input, output) => {
      builder.op({ kind: 'reverse', input, output, axes: [-4] });
    });
    expect(reversed).toContain('op 0 REVERSE_V2: there is no dimension -4 among 3');
  });

  const slice = (dimensions: SliceDimension[]): string =>
    refusal((builder, input, output) => {
      builder.op({ kind: 'slice', input, output, dimensions });
    });

  it('a slice that stands still', () => {
    expect(slice([{ kind: 'range', begin: 0, end: 1, stride: 0 }])).toContain(
      'op 0 STRIDED_SLICE: has a stride of 0',
    );
  });

  it('a slice of more dimensions than there are', () => {
    const whole = { kind: 'range', begin: null, end: null, stride: 1 } as const;
    expect(slice([whole, whole, whole, whole])).toContain('slices more than the 3 dimensions of its input');
  });

  it('a slice outside its input, and one of nothing', () => {
    expect(slice([{ kind: 'index', index: 5 }])).toContain('slice_0: there is no element 5 among 1');
    expect(slice([{ kind: 'range', begin: 1, end: 1, stride: 1 }])).toContain(
      'slice_0: the slice leaves nothing of a dimension of 1',
    );
  });

  it('a convolution that does not move', () => {
    const message = refusal((builder, input, output) => {
      builder.op({
        kind: 'conv2d',
        input,
        weights: builder.int8([1, 1, 1, 6], new Int8Array(6)),
        bias: null,
        output,
        stride: [0, 1],
        dilation: [1, 1],
        padding: 'same',
        activation: 'none',
      });
    });
    expect(message).toContain(
      'op 0 CONV_2D: has the strides 0, 1 and dilations 1, 1; at least 1 is expected',
    );
  });
});
