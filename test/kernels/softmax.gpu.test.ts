import { expect, it } from 'vitest';
import { contract, paramsOf, softmaxParams, workgroups } from '../../src/contract/kernels/softmax';
import type { SoftmaxParameters } from '../../src/contract/op-parameters';
import { packRows } from '../../src/contract/packing';
import { packStruct } from '../../src/contract/struct-layout';
import { lowerSoftmax } from '../../src/lower/softmax';
import { softmax } from '../../src/reference/softmax';
import { describeOnGpu } from '../support/driver';
import { GraphBuilder, perTensor } from '../support/graph-builder';
import { Random } from '../support/random';
import { runKernel } from '../support/run-kernel';

function parametersFor(scale: number): SoftmaxParameters {
  const builder = new GraphBuilder();
  const input = builder.input([1, 4], { quantization: perTensor(scale) });
  const output = builder.tensor([1, 4], { quantization: perTensor(1 / 256, -128) });
  const op = builder.op({ kind: 'softmax', input, output, beta: 1 });
  return lowerSoftmax(op, builder.graph([output])).parameters;
}

describeOnGpu('softmax.wgsl', (device) => {
  async function compare(scale: number, logits: Int8Array, classes: number, workgroup = 64): Promise<void> {
    const rows = logits.length / classes;
    const parameters = parametersFor(scale);
    const expected = new Int8Array(logits.length);
    softmax(parameters, logits, classes, expected);
    const source = packRows(logits, rows, classes);
    const { destination } = await runKernel(device(), {
      contract,
      constants: { WORKGROUP: workgroup },
      buffers: {
        params: packStruct(softmaxParams, paramsOf(parameters, rows, classes)),
        source,
        destination: new Uint32Array(source.length).fill(0xffffffff),
      },
      workgroups: workgroups(rows),
    });
    expect(destination).toEqual(packRows(expected, rows, classes));
  }

  it.each([
    [1, 1],
    [1, 3],
    [40, 10],
    [5, 64],
    [3, 257],
    [2, 1000],
  ])('%i rows of %i random logits', async (rows, classes) => {
    const random = new Random(rows * 7 + classes);
    for (const scale of [0.004, 0.05, 0.3, 3]) await compare(scale, random.int8(rows * classes), classes);
  });

  it('all logits alike, where the largest rows leave nothing to any class', async () => {
    for (const classes of [2, 255, 512, 4095]) {
      await compare(0.1, new Int8Array(classes).fill(-128), classes);
    }
  });

  it('rows past the end of the dispatch grid', async () => {
    await compare(0.1, new Random(9).int8(70_001 * 2), 2, 1);
  });
});
