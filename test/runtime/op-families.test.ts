import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { importTflite } from '../../src/import/tflite';
import { ALL_FAMILIES } from '../../src/runtime/families/all';
import { loadFamilies } from '../../src/runtime/op-families';
import { loadGraph } from '../../src/runtime/load-graph';
import { prepareGraph } from '../../src/runtime/prepare-graph';

it('loads the families of a model, and no others', async () => {
  const graph = importTflite(await readFile('models/digits.tflite'));
  expect(Object.keys(await loadFamilies(graph)).sort()).toEqual(['dense', 'lstm', 'softmax']);
  const { program, planners } = await loadGraph(graph);
  expect(program.ops).toEqual(prepareGraph(graph, ALL_FAMILIES).program.ops);
  expect(Object.keys(planners).sort()).toEqual(['fullyConnected', 'lstm', 'softmax']);
});
