import { describe, expect, test } from 'vitest';
import { exportTflite } from '../../src/export/tflite';
import { readTflite } from '../../src/import/tflite';
import { runFloat } from '../../src/quantize';
import { digitsFloatGraph } from '../../training/digits/model';
import { lstmGraph, noise, VARIANTS, variantName } from '../quantize/support/lstm-graph';
import { runTflite } from '../support/tflite-oracle';

/** float32 sums in another order. */
const TOLERANCE = 2e-6;

describe('export of float models', () => {
  const named = VARIANTS.map((variant) => ({ name: variantName(variant), variant }));

  test.each(named)('TFLite computes $name as the float runner does', async ({ variant }) => {
    const graph = lstmGraph({
      ...{ variant, batch: 2, steps: 5, inputs: 3, units: 4, projected: 3 },
      cellClip: 3,
      projectionClip: variant.projection ? 0.75 : 0,
      values: noise,
    });
    const file = exportTflite(graph);
    const read = readTflite(file);
    expect(readTflite(exportTflite(read))).toEqual(read);
    const data = noise(1, 2 * 5 * 3);
    const [[found]] = (await runTflite(file, [[data]])) as [[Float32Array]];
    const [expected] = runFloat(graph, [{ shape: [2, 5, 3], data }]);
    expect(runFloat(read, [{ shape: [2, 5, 3], data }])).toEqual([expected]);
    expect(found).toHaveLength(expected!.data.length);
    found.forEach((value, index) => {
      expect(Math.abs(value - expected!.data[index]!)).toBeLessThan(TOLERANCE);
    });
  });

  test('the digits model keeps its beliefs in TFLite', async () => {
    const graph = digitsFloatGraph();
    const data = noise(2, 28 * 28).map(Math.abs);
    const [[found]] = (await runTflite(exportTflite(graph), [[data]])) as [[Float32Array]];
    const [expected] = runFloat(graph, [{ shape: [1, 28, 28], data }]);
    const worst = found.reduce(
      (most, value, index) => Math.max(most, Math.abs(value - expected!.data[index]!)),
      0,
    );
    expect(worst).toBeLessThan(TOLERANCE);
  });

  test('integer ops are held to their rules also beside float ones', () => {
    const graph = lstmGraph({
      ...{ variant: VARIANTS[0]!, batch: 1, steps: 2, inputs: 3, units: 4, projected: 3 },
      values: noise,
    });
    const [op] = graph.ops;
    if (op?.kind !== 'lstm') throw new Error('expected an LSTM');
    const output = graph.tensors.length as (typeof graph.outputs)[number];
    const mixed = {
      ...graph,
      tensors: [
        ...graph.tensors,
        { ...graph.tensors[op.directions[0].output]!, name: 'integers', dtype: 'int8' as const },
      ],
      ops: [
        op,
        {
          kind: 'quantize' as const,
          name: 'quantize',
          sourceIndex: 1,
          input: op.directions[0].output,
          output,
        },
      ],
      outputs: [output],
    };
    expect(() => exportTflite(mixed)).toThrow(/quantize: .*scale/);
  });
});
