import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import { quantize } from '../../src/quantize';
import type { CalibrationSample, FloatTensor, QuantizedModel } from '../../src/quantize';
import type { Graph } from '../../src/model';
import { NOMINAL_DEVICE, reportHtml, reportQuantization, SideBySide } from '../../src/report';
import type { Evaluator, Runner } from '../../src/report';
import { lstmGraph, noise, VARIANTS } from '../quantize/support/lstm-graph';

const STEPS = 8;
const INPUTS = 6;
const UNITS = 8;

const float: Graph = lstmGraph({
  ...{ variant: VARIANTS[0]!, batch: 1, steps: STEPS, inputs: INPUTS, units: UNITS, projected: UNITS },
  values: (stream, count) => noise(stream, count).map((value) => 0.7 * value),
});
const call = (stream: number): FloatTensor[] => [
  { shape: [1, STEPS, INPUTS], data: noise(stream, STEPS * INPUTS) },
];
const samples = [100, 101, 102].map((stream): CalibrationSample => ({ calls: [call(stream)] }));

function page(report: Parameters<typeof reportHtml>[0]): string {
  const { document } = parseHTML('<!doctype html><html></html>') as unknown as {
    readonly document: Document;
  };
  return reportHtml(report, { document });
}

/** The mean of the outputs, in percent, of two sequences in two calls each. */
const meanOutput: Evaluator = {
  metric: 'mean output',
  unit: '%',
  async evaluate(runner: Runner) {
    let [sum, count] = [0, 0];
    for (const stream of [200, 202]) {
      runner.reset();
      for (const inputs of [call(stream), call(stream + 1)]) {
        const [y] = await runner.run(inputs);
        expect(y!.shape).toEqual([1, STEPS, UNITS]);
        for (const value of y!.data) [sum, count] = [sum + value, count + 1];
      }
    }
    return (100 * sum) / count;
  },
};

const quantized = (): Promise<QuantizedModel> => quantize(float, samples);

test('an evaluator judges both forms, and its verdict comes first on the page', async () => {
  const { graph, floatGraph, record } = await quantized();
  const report = await reportQuantization(floatGraph, graph, samples, { record, evaluator: meanOutput });
  const { task } = report;
  expect(task).toMatchObject({ metric: 'mean output', unit: '%' });
  expect(task!.float).not.toBe(0);
  expect(task!.integer).not.toBe(task!.float);
  expect(Math.abs(task!.integer - task!.float)).toBeLessThan(1);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  const { document } = parseHTML(page(report));
  const shown = (value: number): string => `${String(Number(value.toPrecision(3))).replace('-', '−')} %`;
  const [tile] = document.querySelectorAll('.tile');
  expect([...tile!.children].map(({ textContent }) => textContent)).toEqual([
    'mean output',
    shown(task!.integer),
    `float: ${shown(task!.float)}`,
  ]);
});

test('without an evaluator there is no task, and no tile for one', async () => {
  const { graph, floatGraph, record } = await quantized();
  const report = await reportQuantization(floatGraph, graph, samples, { record });
  expect([report.task, report.plan]).toEqual([null, null]);
  expect(parseHTML(page(report)).document.querySelectorAll('.tile')).toHaveLength(4);
});

test('outputs and task are held against the model as it was given, layers against the reshaped one', async () => {
  const { graph, floatGraph, record } = await quantized();
  const tensors = float.tensors.map((tensor) =>
    tensor.name === 'output.bias'
      ? { ...tensor, data: (tensor.data as Float32Array).map((value) => value + 0.2) }
      : tensor,
  );
  const original = { ...float, tensors };
  const options = { record, evaluator: meanOutput };
  const without = await reportQuantization(floatGraph, graph, samples, options);
  const report = await reportQuantization(floatGraph, graph, samples, { ...options, original });
  expect(report.lstms).toEqual(without.lstms);
  expect(report.outputs[0]!.sqnrDb).toBeLessThan(without.outputs[0]!.sqnrDb! - 3);
  expect(report.task!.float).not.toBe(without.task!.float);
  expect(report.task!.integer).toBe(without.task!.integer);
  const both = await SideBySide.start(original, graph, { stages: false });
  for (const sample of samples) await both.add(sample);
  expect(report.outputs).toEqual(both.report().outputs);
  both.dispose();
  await expect(
    SideBySide.start(floatGraph, graph, { stages: true, original: { ...original, inputs: [] } }),
  ).rejects.toThrow(/0 inputs, the integer one 1/);
});

test('times are those of the device, whose cache keeps what fits', async () => {
  const { graph, floatGraph, record } = await quantized();
  const plan = { gpu: 'a card', batch: 1, timesteps: 8, ms: 0.25, bound: 'dispatches' };
  const device = {
    ...NOMINAL_DEVICE,
    name: 'a card',
    bytesPerSecond: 1e3,
    cache: { bytes: 1000, bytesPerSecond: 1e6 },
  };
  const report = await reportQuantization(floatGraph, graph, samples, { record, device, plan });
  const [before, after] = [report.float.perTimestep, report.integer.perTimestep];
  expect(before.weightBytes).toBeGreaterThan(1000);
  expect(after.weightBytes).toBeLessThan(1000);
  expect(before.seconds).toBe(before.weightBytes / 1e3);
  expect(after.seconds).toBe(after.weightBytes / 1e6);
  const text = parseHTML(page(report)).document.querySelector('header')!.textContent.replaceAll(/\s+/g, ' ');
  expect(text).toContain('on a card, for one sequence');
  expect(text).toContain(
    'a call of the integer model (8 timesteps, batch 1) is planned to take 250 µs, most of it for dispatches.',
  );
});
