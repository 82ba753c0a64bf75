/** Models that PyTorch exported, against PyTorch's own numbers. */
import { describe, expect, it, test } from 'vitest';
import { readOnnx } from '../../../src/import/onnx';
import { evaluateShapes } from '../../../src/model/shapes';
import { analyzeShapes } from '../../../src/model/shapes/analyze';
import { expectAsPytorch, readGolden, readGoldenFile } from '../../support/pytorch-golden';

describe('exported by PyTorch', () => {
  test.each([
    ['stacked', ['lstm', 'concatenation', 'lstm', 'concatenation', 'fullyConnected', 'softmax']],
    ['words', ['gather', 'lstm', 'fullyConnected', 'logistic']],
    ['streaming', ['lstm', 'lstm', 'fullyConnected']],
  ] as const)('%s', (name, kinds) => {
    const { graph } = readOnnx(readGoldenFile(`${name}.onnx`));
    expect(graph.ops.map(({ kind }) => kind)).toEqual(kinds);
    expectAsPytorch(graph, readGolden(name));
  });

  it('keyword: convolutions, normalisations and the last state of both directions', () => {
    const { graph } = readOnnx(readGoldenFile('keyword.onnx'));
    expect(graph.ops.filter(({ kind }) => kind === 'transpose')).toEqual([]);
    expectAsPytorch(graph, readGolden('keyword'));
  });

  it('keeps batch and time for sessions to choose', () => {
    const { graph, notes } = readOnnx(readGoldenFile('streaming.onnx'));
    const shapes = analyzeShapes(graph);
    expect([shapes.batch.fixedBecause, shapes.timesteps.fixedBecause, shapes.timeLocal]).toEqual([
      null,
      null,
      true,
    ]);
    const sizes = evaluateShapes(shapes, { batch: 3, timesteps: 9 });
    expect(graph.outputs.map((id) => sizes[id])).toEqual([[3, 9, 3]]);
    expect(notes.map(({ subject }) => subject)).toEqual([
      'input "hidden" and output "newHidden"',
      'input "cell" and output "newCell"',
    ]);
  });
});
