import { describe, expect, test } from 'vitest';
import { calibrate, quantize, quantizeGraph, runFloat } from '../../src/quantize';
import type { CalibrationSample, LstmVariant } from '../../src/quantize';
import type { Graph } from '../../src/model';
import { SideBySide } from '../../src/report/side-by-side';
import type { SideBySideReport } from '../../src/report/side-by-side';
import { Model } from '../../src/runtime/model';
import { lstmGraph, noise, VARIANTS, variantName } from '../quantize/support/lstm-graph';

const STEPS = 12;
const INPUTS = 6;
const PLAIN = VARIANTS[0]!;

/** Weights of the size that training leaves. */
function floatGraph(variant: LstmVariant): Graph {
  return lstmGraph({
    ...{ variant, batch: 1, steps: STEPS, inputs: INPUTS, units: 8, projected: 5 },
    values: (stream, count) =>
      noise(stream, count).map((value) => (stream % 10 === 4 ? 1 + value / 2 : value * 0.7)),
  });
}

const samples = [100, 101, 102, 103].map((stream): CalibrationSample => ({
  calls: [0, 1].map((call) => [
    { shape: [1, STEPS, INPUTS], data: noise(stream + 10 * call, STEPS * INPUTS) },
  ]),
}));

async function sideBySide(float: Graph, integer: Graph, stages = true): Promise<SideBySideReport> {
  const both = await SideBySide.start(float, integer, { stages });
  for (const sample of samples) await both.add(sample);
  const report = both.report();
  both.dispose();
  return report;
}

describe('a float model and its integer form, side by side', () => {
  test.each(VARIANTS.map((variant) => ({ name: variantName(variant), variant })))(
    'agree in every stage ($name)',
    async ({ variant }) => {
      const float = floatGraph(variant);
      const { graph } = await quantize(float, samples);
      const { sequences, timesteps, outputs, tensors, lstms } = await sideBySide(float, graph);
      expect([sequences, timesteps]).toEqual([4, 4 * 2 * STEPS]);
      expect(tensors.map(({ tensor }) => tensor)).toEqual(['x', 'y']);
      const [lstm] = lstms;
      expect(lstms).toHaveLength(1);
      expect(lstm!.variant).toEqual(variant);
      expect(lstm!.gates.map(({ gate }) => gate)).toEqual(
        variant.coupledInputForget ? ['forget', 'cell', 'output'] : ['input', 'forget', 'cell', 'output'],
      );
      const signals = [
        ...outputs,
        ...tensors.map(({ signal }) => signal),
        ...lstm!.gates.flatMap(({ preActivation, activation }) => [preActivation, activation]),
        lstm!.cell,
        // TFLite stores what is projected with its zero point negated, which mirrors the range that it can hold.
        ...(variant.projection ? [] : [lstm!.hidden]),
      ];
      for (const { sqnrDb, clipped, histogram, maxAbsError, floatRange } of signals) {
        expect(sqnrDb).toBeGreaterThan(variant.projection ? 20 : 30);
        expect(clipped).toBe(0);
        expect(maxAbsError).toBeLessThan(floatRange.max - floatRange.min);
        for (const shares of [histogram.float, histogram.integer]) {
          expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
          expect(shares.length).toBeLessThanOrEqual(64);
        }
      }
      expect(lstm!.cell.headroomBits).toBeGreaterThanOrEqual(0);
      expect(lstm!.cell.headroomBits).toBeLessThan(1.5);
      expect(lstm!.cell.growth).toHaveLength(2 * STEPS);
      expect(outputs[0]!.growth).toHaveLength(2 * STEPS);
    },
  );

  test('their figures are what the definitions say', async () => {
    const float = floatGraph(PLAIN);
    const { graph } = await quantize(float, samples);
    const first = { calls: [samples[0]!.calls[0]!] };
    const both = await SideBySide.start(float, graph, { stages: false });
    await both.add(first);
    const { outputs, tensors, lstms } = both.report();
    const [expected] = runFloat(float, first.calls[0]!);
    const model = await Model.fromGraph(graph, { backend: 'reference' });
    const found = await model.createSession().run(first.calls[0]![0]!.data);
    let [signal, noisePower, largest, same] = [0, 0, 0, 0];
    expected!.data.forEach((value, index) => {
      signal += value ** 2;
      noisePower += (found[index]! - value) ** 2;
      largest = Math.max(largest, Math.abs(found[index]! - value));
    });
    for (let row = 0; row < expected!.data.length; row += 8) {
      const [a, b] = [expected!.data, found].map((values) => [...values.subarray(row, row + 8)]);
      if (a!.indexOf(Math.max(...a!)) === b!.indexOf(Math.max(...b!))) same += 1;
    }
    expect(outputs[0]!.sqnrDb).toBeCloseTo(10 * Math.log10(signal / noisePower), 6);
    expect(outputs[0]!.maxAbsError).toBeCloseTo(largest, 6);
    expect([outputs[0]!.rows, outputs[0]!.sameArgMax]).toEqual([STEPS, same]);
    expect([tensors, lstms]).toEqual([[], []]);
    const noiseOfSteps = outputs[0]!.growth.reduce((sum, { rmsError }) => sum + rmsError ** 2 * 8, 0);
    expect(noiseOfSteps).toBeCloseTo(noisePower, 6);
  });

  test('channel scales and a float input leave the comparison as it is', async () => {
    const float = floatGraph(PLAIN);
    const { graph, floatGraph: scaled } = await quantize(float, samples, { recipe: 'best' });
    expect(graph.tensors[graph.inputs[0]!]!.dtype).toBe('float32');
    const { outputs, tensors, lstms } = await sideBySide(scaled, graph);
    expect(tensors.map(({ tensor }) => tensor)).toContain('y');
    for (const signal of [
      ...outputs,
      ...tensors.map((each) => each.signal),
      lstms[0]!.cell,
      lstms[0]!.hidden,
    ]) {
      expect(signal.sqnrDb).toBeGreaterThan(30);
    }
    expect(await sideBySide(float, graph, false)).toMatchObject({
      outputs: [{ sqnrDb: expect.closeTo(outputs[0]!.sqnrDb!, 1) as number }],
    });
  });

  test('narrow ranges show as clipping', async () => {
    const float = floatGraph(PLAIN);
    const ranges = await calibrate(float, samples);
    const y = { min: ranges.tensors['y']!.min / 2, max: ranges.tensors['y']!.max / 2 };
    const narrow = quantizeGraph(float, { ...ranges, tensors: { ...ranges.tensors, y } });
    const { outputs } = await sideBySide(float, narrow);
    expect(outputs[0]!.clipped).toBeGreaterThan(100);
    const { low, high } = outputs[0]!.saturated;
    expect(low + high).toBeGreaterThan(100);
  });

  test('a mirrored range shows as clipping of what is projected', async () => {
    const float = floatGraph(VARIANTS.find((variant) => variant.projection && !variant.layerNorm)!);
    const { graph } = await quantize(float, samples);
    const { lstms } = await sideBySide(float, graph);
    const { floatRange, integer, clipped } = lstms[0]!.hidden;
    expect(Math.sign(floatRange.max + floatRange.min)).toBe(
      -Math.sign(integer!.range.max + integer!.range.min),
    );
    expect(clipped).toBeGreaterThan(0);
  });

  test('models of other ends are refused', async () => {
    const float = floatGraph(PLAIN);
    const { graph } = await quantize(float, samples);
    await expect(
      SideBySide.start({ ...float, outputs: [...float.outputs, ...float.outputs] }, graph, { stages: true }),
    ).rejects.toThrow(/2 outputs, the integer one 1/);
  });
});
