import { expect } from 'vitest';
import { importOnnx } from '../../src/import/onnx';
import type { OnnxOptions } from '../../src/import/onnx';
import type { Graph } from '../../src/model';
import { FloatRunner } from '../../src/quantize';
import { Random } from './random';
import type { OracleTensor } from './onnx-oracle';
import { runOnnx } from './onnx-oracle';

/** Numbers of [-1, 1). */
export function randomFloats(count: number, seed: number): Float32Array<ArrayBuffer> {
  const random = new Random(seed);
  return Float32Array.from({ length: count }, () => 2 * random.real() - 1);
}

export function randomTensor(shape: readonly number[], seed: number): OracleTensor {
  return {
    shape,
    data: randomFloats(
      shape.reduce((product, size) => product * size, 1),
      seed,
    ),
  };
}

/** A model's inputs by name; those that are a session's state in the graph are given to ONNX Runtime only. */
export type NamedInputs = Readonly<Record<string, OracleTensor>>;

/**
 * Imports a model, runs it in float, and holds it against ONNX Runtime: each output that the graph has, dimensions and
 * values.
 *
 * @returns the graph, for a look at its ops
 */
export async function expectAsOnnxRuntime(
  model: Uint8Array,
  inputs: NamedInputs,
  { tolerance = 1e-5, ...options }: OnnxOptions & { readonly tolerance?: number } = {},
): Promise<Graph> {
  const graph = importOnnx(model, options);
  const [expected = {}] = await runOnnx(model, [inputs]);
  const found = new FloatRunner(graph).run(
    graph.inputs.map((id) => {
      const { shape, data } = inputs[graph.tensors[id]!.name]!;
      return { shape, data: Float32Array.from(data, Number) };
    }),
  );
  for (const [index, id] of graph.outputs.entries()) {
    const { name } = graph.tensors[id]!;
    const { shape, data } = found[index]!;
    expect(shape, name).toEqual(expected[name]!.shape);
    expect(largestDifference(data, expected[name]!.data as Float32Array), name).toBeLessThan(tolerance);
  }
  return graph;
}

export function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - b[index]!)), 0);
}
