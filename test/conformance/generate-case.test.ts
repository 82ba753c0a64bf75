import { describe, expect, test } from 'vitest';
import { graphOf } from '../../src/conformance/case-graph';
import type { LstmLayer } from '../../src/conformance/conformance-case';
import { variantName, variantOf } from '../../src/conformance/conformance-case';
import { ANY_SIZE, FEW_KERNELS, generateCase } from '../../src/conformance/generate-case';
import { exportTflite } from '../../src/export/tflite';
import { Model, Octogate } from '../../src/index';

const SEED = 20;
const CASES = Array.from({ length: 320 }, (_, index) => generateCase(SEED, index));
const LAYERS = CASES.flatMap(({ layers }): LstmLayer[] => [...layers]);

describe(`random models (seed ${SEED}, ${CASES.length} cases)`, () => {
  test('equal arguments give equal cases, and neighbours have nothing in common', () => {
    expect(generateCase(SEED, 7)).toEqual(CASES[7]);
    expect(generateCase(SEED + 1, 7).calls).not.toEqual(CASES[7]!.calls);
    expect(new Set(CASES.map(({ input }) => input.scale)).size).toBe(CASES.length);
  });

  test('the 16 variants come in turn', () => {
    const first = CASES.map(({ layers }) => variantName(variantOf(layers[0])));
    for (const name of new Set(first)) {
      expect(first.filter((other) => other === name)).toHaveLength(CASES.length / 16);
    }
    expect(new Set(first).size).toBe(16);
  });

  test('layers of one model fit together, whatever their variants', () => {
    for (const { layers } of CASES) {
      layers.slice(1).forEach((layer, index) => {
        expect(layer.inputs).toBe(layers[index]!.outputs);
      });
    }
    const mixed = CASES.filter(
      ({ layers }) => new Set(layers.map((layer) => variantName(variantOf(layer)))).size > 1,
    );
    expect(mixed.length).toBeGreaterThan(10);
    expect(new Set(CASES.map(({ layers }) => layers.length))).toEqual(new Set([1, 2, 3, 4]));
  });

  test('sizes, orders and numbers of calls go from end to end', () => {
    expect(range(LAYERS.map(({ units }) => units))).toEqual([
      1,
      expect.toSatisfy((most: number) => most > 300),
    ]);
    expect(range(LAYERS.map(({ outputs }) => outputs))[0]).toBe(1);
    expect(range(CASES.map(({ batch }) => batch))).toEqual([1, 17]);
    expect(range(CASES.map(({ timesteps }) => timesteps))).toEqual([1, 30]);
    expect(new Set(CASES.map(({ order }) => order))).toEqual(new Set(['batchMajor', 'timeMajor', 'oneStep']));
    expect(range(CASES.map(({ calls }) => calls.length))).toEqual([2, 6]);
  });

  test('zero points, cell scales and clips go from end to end', () => {
    for (const zeroPoints of [
      CASES.map(({ input }) => input.zeroPoint),
      LAYERS.map(({ hidden }) => hidden.zeroPoint),
      LAYERS.map(({ output }) => output.zeroPoint),
    ]) {
      expect(range(zeroPoints)).toEqual([-128, 127]);
      expect(zeroPoints).toContain(0);
    }
    expect(new Set(LAYERS.map(({ cellScaleLog2 }) => cellScaleLog2)).size).toBe(7);
    const cellClips = LAYERS.map(({ cellClip, cellScaleLog2 }) => Math.trunc(cellClip / 2 ** cellScaleLog2));
    expect(cellClips.filter((steps) => steps === 0).length).toBeGreaterThan(LAYERS.length / 3);
    expect(cellClips.filter((steps) => steps > 0 && steps < 32_768).length).toBeGreaterThan(
      LAYERS.length / 4,
    );
    expect(LAYERS.filter(({ projectionClip }) => projectionClip > 0).length).toBeGreaterThan(
      LAYERS.length / 8,
    );
  });

  test('weights reach -128, and inputs both ends', () => {
    expect(LAYERS.some(({ gates }) => gates.forget.inputWeights.values.includes(-128))).toBe(true);
    const calls = CASES.flatMap((conformanceCase) => conformanceCase.calls);
    for (const end of [-128, 127])
      expect(calls.some((call) => call.every((value) => value === end))).toBe(true);
  });

  test('a model computes from its file what it computes from its graph', async () => {
    const options = { backend: 'reference' } as const;
    for (const conformanceCase of CASES.slice(0, 64)) {
      const graph = graphOf(conformanceCase);
      const [fromGraph, fromFile] = [
        await Model.fromGraph(graph, options),
        await Octogate.load(exportTflite(graph), options),
      ];
      const [call] = conformanceCase.calls;
      const expected = await fromGraph.createSession().run(call);
      expect(await fromFile.createSession().run(call), conformanceCase.name).toEqual(expected);
    }
  });

  test('every stage is met inside and outside saturation', async () => {
    const met = new Map<string, { inside: number; outside: number }>();
    const count = (stage: string, values: Int8Array | Int16Array, ends: readonly [number, number]): void => {
      const counts = met.get(stage) ?? { inside: 0, outside: 0 };
      const outside = values.filter((value) => ends.includes(value)).length;
      met.set(stage, { inside: counts.inside + values.length - outside, outside: counts.outside + outside });
    };
    for (const conformanceCase of CASES.slice(0, 64)) {
      const model = await Octogate.load(exportTflite(graphOf(conformanceCase)), { backend: 'reference' });
      await model.createSession().run(conformanceCase.calls[0], {
        onTrace: ({ gateSum, preActivation, activation, cell, hidden }) => {
          count('gate sum', gateSum, [-32_768, 32_767]);
          count('pre-activation', preActivation, [-32_768, 32_767]);
          count('activation', activation, [0, 32_767]);
          count('cell state', cell, [-32_768, 32_767]);
          count('hidden value', hidden, [-128, 127]);
        },
      });
    }
    const shares = Object.fromEntries(
      [...met].map(([stage, { inside, outside }]) => [stage, outside / (inside + outside)]),
    );
    for (const [stage, share] of Object.entries(shares)) {
      expect(share, `${stage} at an end`).toBeGreaterThan(0.002);
      expect(share, `${stage} at an end`).toBeLessThan(0.6);
    }
  });
});

test('a profile bounds the sizes', () => {
  const cases = Array.from({ length: 100 }, (_, index) => generateCase(SEED, index, FEW_KERNELS));
  const sizes = cases.flatMap(({ layers }) =>
    layers.flatMap(({ inputs, units, outputs }) => [inputs, units, outputs]),
  );
  expect(Math.max(...sizes)).toBe(FEW_KERNELS.most);
  expect(new Set(cases.map(({ batch }) => batch))).toEqual(new Set(FEW_KERNELS.batches));
  expect(Math.max(...FEW_KERNELS.notable)).toBeLessThan(Math.max(...ANY_SIZE.notable));
});

function range(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)];
}
