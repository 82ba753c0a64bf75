import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Graph } from '../../src/model';
import { FloatRunner } from '../../src/quantize';
import type { FloatTensor } from '../../src/quantize';
import { largestDifference } from './compare-onnx';

const GOLDEN = join(import.meta.dirname, '../import/golden');

interface GoldenTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** What PyTorch computed; `test/import/golden/pytorch.py` writes it. */
export interface PytorchGolden {
  readonly description: unknown;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly calls: readonly {
    readonly inputs: readonly GoldenTensor[];
    readonly outputs: readonly GoldenTensor[];
  }[];
}

export function readGolden(name: string): PytorchGolden {
  return JSON.parse(readFileSync(join(GOLDEN, `${name}.json`), 'utf8')) as PytorchGolden;
}

export function readGoldenFile(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(GOLDEN, name)));
}

/** Runs all calls, in order; inputs and outputs that the graph does not have are its session's state. */
export function expectAsPytorch(graph: Graph, { inputs, outputs, calls }: PytorchGolden): void {
  const runner = new FloatRunner(graph);
  // Described models name both ends themselves; exported ones as PyTorch was told to.
  const slotOf = (names: readonly string[], id: number): number =>
    Math.max(0, names.indexOf(graph.tensors[id]!.name));
  for (const call of calls) {
    const found = runner.run(graph.inputs.map((id) => asFloat(call.inputs[slotOf(inputs, id)]!)));
    for (const [index, id] of graph.outputs.entries()) {
      const expected = asFloat(call.outputs[slotOf(outputs, id)]!);
      expect(found[index]!.shape).toEqual(expected.shape);
      expect(largestDifference(found[index]!.data, expected.data)).toBeLessThan(1e-5);
    }
  }
}

function asFloat({ shape, data }: GoldenTensor): FloatTensor {
  return { shape, data: Float32Array.from(data) };
}
