import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildIfStale } from '../../scripts/build-if-stale.mjs';
import { exportTflite } from '../../src/export/tflite';
import { importTflite } from '../../src/import/tflite';
import { ROOT } from '../support/repository';
import { smallFloatGraph, writeModel, writeSequences } from './support/float-models';
import { CONFORMANCE, octogate, octogateIn, temporaryFolder } from './support/octogate';

beforeAll(buildIfStale);

const DIGITS = join(ROOT, 'models/digits.tflite');
const MODELS = join(ROOT, '../shared/models');

interface Report {
  readonly runs: boolean;
  readonly reasons: readonly { readonly subject: string; readonly reason: string }[];
  readonly layers: readonly { readonly name: string; readonly variant: Readonly<Record<string, boolean>> }[];
  readonly kernels?: readonly { readonly kernel: string; readonly dispatches: number }[];
}

async function inspect(model: string, ...options: readonly string[]): Promise<Report> {
  return JSON.parse((await octogate('inspect', model, '--json', ...options)).stdout) as Report;
}

describe('octogate inspect', () => {
  const folder = temporaryFolder();

  it('tells that 100 timesteps of a small model are one submission and one readback', async () => {
    expect(await inspect(DIGITS, '--timesteps', '100')).toMatchObject({
      runs: true,
      reasons: [],
      batch: 1,
      timesteps: 100,
      submissions: 1,
      readbacks: 1,
    });
    const steps = await inspect(DIGITS, '--timesteps', '100', '--lstm', 'step');
    expect(steps).toMatchObject({ submissions: 1, readbacks: 1, dispatches: 103 });
    expect(steps.kernels?.map(({ kernel, dispatches }) => [kernel, dispatches])).toEqual([
      ['input_product', 1],
      ['lstm_step', 100],
      ['fully_connected', 1],
      ['softmax', 1],
    ]);
  });

  it('counts bytes and multiply-accumulates', async () => {
    expect(await inspect(DIGITS)).toMatchObject({
      // 4 gates of 96 units with 28 + 96 inputs, and the dense layer; int32 biases.
      weightBytes: 4 * (96 * (28 + 96) + 96 * 4) + 10 * 96 + 10 * 4,
      macsPerTimestep: 4 * 96 * (28 + 96) + 10 * 96,
      layers: [
        { name: 'lstm_0', units: 96, inputElements: 28, outputElements: 96, stateBytesPerSequence: 288 },
      ],
      inputs: [{ dtype: 'int8', quantization: { zeroPoints: [-128] } }],
      sessionSizes: { batch: { inFile: 1, fixedBecause: null } },
    });
  });

  it.each([
    ['1000-000-plain', {}],
    ['1000-014-lnprojpeep-2l', { layerNorm: true, projection: true, peephole: true }],
    ['1000-001-cifg', { cifg: true }],
  ])('names the variant of %s', async (name, options) => {
    const { layers } = await inspect(join(CONFORMANCE, name, 'model.tflite'));
    const variant = { layerNorm: false, projection: false, peephole: false, cifg: false, ...options };
    expect(layers.map((layer) => layer.variant)).toEqual(layers.map(() => variant));
    expect(layers).toHaveLength(name.endsWith('-2l') ? 2 : 1);
  });

  it('needs no GPU', async () => {
    const noDriver = { OCTOGATE_DRIVER: 'system', VK_DRIVER_FILES: '/nonexistent.json' };
    const { code, stdout, stderr } = await octogateIn(noDriver, 'inspect', DIGITS);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('1 submission, ');
  });

  it('says every reason why a model cannot run, with exit code 2', async () => {
    const float = join(MODELS, 'tflite-micro/mnist_lstm_float.tflite');
    const { code, stdout } = await octogate('inspect', float);
    expect(stdout).toMatch(/Cannot run: \d+ reasons?\n.*float32.*quantize/);
    expect(code).toBe(2);
    const report = await inspect(float);
    expect(report).toMatchObject({ runs: false, layers: [{ units: 20 }] });
    expect(report.reasons.length).toBeGreaterThan(0);
  });

  it('tells which LSTMs are written out, and which ends are their state', async () => {
    const model = join(MODELS, 'dtln/model_1.tflite');
    const { stdout } = await octogate('inspect', model);
    expect(stdout).toContain('lstm_16: is written out op by op in the file, and read as one LSTM');
    expect(stdout).toContain('input "input_3" and output "Identity_1": they are the state of a session');
    expect(stdout).toContain('When quantized\n  every op has an integer form');
    expect(await inspect(model)).toMatchObject({
      format: 'tflite',
      notes: [
        { subject: 'lstm_16' },
        { subject: 'lstm_34' },
        { subject: 'input "input_3" and output "Identity_1"' },
      ],
      quantization: { refused: [], staysFloat: [] },
    });
  });

  it('reads ONNX models', async () => {
    const report = await inspect(join(MODELS, 'dtln/model_1.onnx'));
    expect(report).toMatchObject({ format: 'onnx', runs: false, quantization: { refused: [] } });
    expect(report.layers.map(({ name }) => name)).toHaveLength(2);
  });

  it('reads PyTorch weights, and wants their description', async () => {
    const weights = join(ROOT, 'training/digits/weights.safetensors');
    const alone = await octogate('inspect', weights);
    expect([alone.code, alone.stderr]).toEqual([2, expect.stringMatching(/^octogate: .*description/)]);
    const config = join(folder, 'digits.json');
    const layers = [
      { type: 'lstm', module: 'lstm' },
      { type: 'linear', module: 'dense' },
      { type: 'softmax' },
    ];
    writeFileSync(config, JSON.stringify({ name: 'digits', timesteps: 28, layers }));
    const report = await inspect(weights, '--config', config);
    expect(report).toMatchObject({
      format: 'safetensors',
      layers: [{ units: 96 }],
      quantization: { refused: [] },
    });
    const other = await octogate('inspect', DIGITS, '--config', config);
    expect(other.stderr).toMatch(/--config says nothing of \.tflite files/);
    expect(other.code).toBe(2);
  });

  it('says how the file was quantized', async () => {
    const float = writeModel(folder, 'float.tflite', smallFloatGraph());
    const data = await writeSequences(folder, 'sequences.npy', 100, 4);
    const integer = join(folder, 'integer.tflite');
    const recipe = ['--recipe', 'best', '--no-bias-correction', '--observer', 'percentile:99.9'];
    const quantized = await octogate(
      ...['quantize', float, '--calibrate', data, '-o', integer, '--json'],
      ...recipe,
    );
    const { record } = JSON.parse(quantized.stdout) as { record: unknown };
    expect(await inspect(integer)).toMatchObject({ record, recordProblem: null });
    const { code, stdout } = await octogate('inspect', integer);
    expect(code).toBe(0);
    const section = stdout.slice(stdout.indexOf('How it was quantized'));
    expect(section).toMatch(
      /recipe +best\n +with +input scaling \(exponent auto\), [^\n]*\(gptq, damping 0\.01\)/,
    );
    expect(section).toMatch(/\n +without +bias correction\n/);
    expect(section).toMatch(/\n +ranges +percentile 99\.9, of 4 sequences\n/);
    expect(section).toMatch(/\n +by +octogate \d+\.\d+\.\d+\n/);
    const nothing = await octogate('inspect', DIGITS);
    expect(nothing.stdout).not.toContain('How it was quantized');
    expect(await inspect(DIGITS)).toMatchObject({ record: null, recordProblem: null });
  });

  it('says that the record of it is damaged, and what else there is', async () => {
    const metadata = { 'octogate.quantization': new TextEncoder().encode('{"format":"other"}') };
    const foreign = join(folder, 'foreign.tflite');
    writeFileSync(foreign, exportTflite(importTflite(readFileSync(DIGITS)), { metadata }));
    const { code, stdout, stderr } = await octogate('inspect', foreign);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /a record of it that cannot be read: attachment octogate\.quantization: JSON with/,
    );
    expect(await inspect(foreign)).toMatchObject({
      runs: true,
      record: null,
      recordProblem: expect.stringContaining('octogate-quantization-1') as string,
    });
  });

  it('refuses sizes that the model does not have', async () => {
    const fixed = join(MODELS, 'tflite-micro/mnist_lstm_int8.tflite');
    const { code, stderr } = await octogate('inspect', fixed, '--timesteps', '30');
    expect(stderr).toMatch(/^octogate: timesteps is 30, but this model runs with 28 only: [^\n]+\n$/);
    expect(code).toBe(2);
  });
});
