import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectModel } from '../../src/inspect';
import { ROOT } from '../support/repository';

const read = (path: string): Uint8Array => readFileSync(join(ROOT, path));

describe('inspectModel', () => {
  it('tells what an integer model is made of, and that it runs', async () => {
    const { reasons, source, graph, quantization, sizes } = await inspectModel(read('models/digits.tflite'));
    expect(reasons).toEqual([]);
    expect(source?.format).toBe('tflite');
    expect(quantization).toBeNull();
    expect(sizes?.batch.fixedBecause).toBeNull();
    expect(graph?.layers).toMatchObject([
      { units: 96, variant: { layerNorm: false, projection: false, peephole: false, cifg: false } },
    ]);
  });

  it('asks to quantize a float model, in which nothing stands in the way', async () => {
    const { reasons, graph, quantization, sizes } = await inspectModel(
      read('models/characters-float.tflite'),
    );
    expect(reasons.map(({ subject }) => subject)).toEqual(['the model']);
    expect(quantization).toEqual({ refused: [], staysFloat: [] });
    expect(sizes).toBeNull();
    expect(graph?.layers.map(({ variant }) => variant)).toMatchObject([
      { layerNorm: true, projection: true },
      { layerNorm: true, projection: true },
    ]);
  });

  it('throws for bytes that are no model', async () => {
    await expect(inspectModel(new Uint8Array(64))).rejects.toThrow(/none of the known model formats/);
  });
});
