import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeNpy } from '../../../src/cli/npy';
import { exportTflite } from '../../../src/export/tflite';
import type { Graph } from '../../../src/model';
import { lstmGraph, noise, VARIANTS } from '../../quantize/support/lstm-graph';

export const STEPS = 10;
export const INPUTS = 6;

/** A float LSTM of 8 units, `x` `[1, 10, 6]` to `y` `[1, 10, 8]`. */
export function smallFloatGraph(): Graph {
  return lstmGraph({
    ...{ variant: VARIANTS[0]!, batch: 1, steps: STEPS, inputs: INPUTS, units: 8, projected: 8 },
    values: (stream, count) => noise(stream, count).map((value) => 0.7 * value),
  });
}

/** Writes a graph as `.tflite` and returns its path. */
export function writeModel(folder: string, name: string, graph: Graph): string {
  const path = join(folder, name);
  writeFileSync(path, exportTflite(graph));
  return path;
}

/** Writes float sequences for the small model and returns the path. */
export async function writeSequences(
  folder: string,
  name: string,
  stream: number,
  batch: number,
): Promise<string> {
  const path = join(folder, name);
  await writeNpy(path, { shape: [batch, STEPS, INPUTS], data: noise(stream, batch * STEPS * INPUTS) });
  return path;
}
