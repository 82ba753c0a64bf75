import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildIfStale } from '../../scripts/build-if-stale.mjs';
import { writeNpy } from '../../src/cli/npy';
import type { NpyData } from '../../src/data';
import { importTflite } from '../../src/import/tflite';
import { calibrate, parseCalibrationRanges, quantizeGraph } from '../../src/quantize';
import type { CalibrationRanges } from '../../src/quantize';
import { Model } from '../../src/runtime/model';
import { digitsFloatGraph } from '../../training/digits/model';
import { noise } from '../quantize/support/lstm-graph';
import { negateHiddenZeroPoints } from '../support/negate-hidden-zero-points';
import { Random } from '../support/random';
import { ROOT } from '../support/repository';
import { runTflite } from '../support/tflite-oracle';
import { INPUTS, smallFloatGraph, STEPS, writeModel, writeSequences } from './support/float-models';
import { octogate, temporaryFolder } from './support/octogate';

beforeAll(buildIfStale);

const folder = temporaryFolder();
const model = writeModel(folder, 'float.tflite', smallFloatGraph());
let data: string;
beforeAll(async () => {
  data = await writeSequences(folder, 'sequences.npy', 100, 4);
});

const out = (name: string): string => join(folder, name);

describe('octogate quantize', () => {
  it('writes a file that TFLite runs to the same bits', async () => {
    const { code, stdout, stderr } = await octogate(
      ...['quantize', model, '--calibrate', data, '-o', out('integer.tflite')],
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/integer\.tflite \(\d+ bytes, \d+ % of/);
    expect(stdout).toMatch(/lstm_0 forget gate +\d+\.\d dB/);
    expect(stdout).toMatch(/output +SQNR[^\n]*\n +y +\d+\.\d dB/);
    const file = readFileSync(out('integer.tflite'));
    const integer = await Model.fromGraph(importTflite(file), { backend: 'reference' });
    const session = integer.createSession();
    const random = new Random(7);
    const calls = [0, 1].map(() => random.int8(STEPS * INPUTS));
    const expected = [];
    for (const call of calls) expected.push([await session.run(call)]);
    expect(
      await runTflite(
        negateHiddenZeroPoints(file),
        calls.map((call) => [call]),
      ),
    ).toEqual(expected);
  });

  it('says what each layer costs alone, the dearest first', async () => {
    const args = ['quantize', model, '--calibrate', data, '-o', out('sensitivity.tflite'), '--sensitivity'];
    const { code, stdout } = await octogate(...args, '--json');
    expect(code).toBe(0);
    const { sensitivity } = JSON.parse(stdout) as { sensitivity: { layer: string; decibels: number }[] };
    expect(sensitivity.length).toBeGreaterThan(0);
    expect(sensitivity.every(({ decibels }) => decibels > 10)).toBe(true);
    expect(sensitivity.map(({ decibels }) => decibels)).toEqual(
      sensitivity.map(({ decibels }) => decibels).toSorted((a, b) => a - b),
    );
    const table = await octogate(...args);
    expect(table.stdout).toMatch(/alone in integers +outputs' SQNR\n *lstm_0 +\d+\.\d dB/);
  });

  it('does what the API does', async () => {
    const { code } = await octogate('quantize', model, '--calibrate', data, '-o', out('same.tflite'));
    expect(code).toBe(0);
    const float = smallFloatGraph();
    const values = noise(100, 4 * STEPS * INPUTS);
    const samples = [0, 1, 2, 3].map((row) => ({
      calls: [
        [
          {
            shape: [1, STEPS, INPUTS],
            data: values.slice(row * STEPS * INPUTS, (row + 1) * STEPS * INPUTS),
          },
        ],
      ],
    }));
    const expected = quantizeGraph(float, await calibrate(float, samples));
    const scaleOf = (name: string, tensors: typeof expected.tensors): unknown =>
      tensors.find((tensor) => tensor.name === name)?.quantization;
    const { tensors } = importTflite(readFileSync(out('same.tflite')));
    for (const { name } of expected.tensors) {
      expect(scaleOf(name, tensors), name).toEqual(scaleOf(name, expected.tensors));
    }
  });

  it('makes the identical file from saved ranges', async () => {
    const ranges = out('ranges.json');
    const first = await octogate(
      ...['quantize', model, '--calibrate', data, '-o', out('first.tflite'), '--save-ranges', ranges],
      ...['--observer', 'percentile:99.9', '--per-channel-dense'],
    );
    const second = await octogate(
      ...['quantize', model, '--ranges', ranges, '-o', out('second.tflite'), '--per-channel-dense'],
    );
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(readFileSync(out('second.tflite')).equals(readFileSync(out('first.tflite')))).toBe(true);
    expect(readFileSync(out('first.tflite'), 'latin1')).toContain('percentile 99.9');
  });

  it('takes the best recipe, and its parts by themselves', async () => {
    const best = await octogate(
      ...['quantize', model, '--calibrate', data, '-o', out('best.tflite'), '--recipe', 'best', '--json'],
    );
    expect(JSON.parse(best.stdout)).toMatchObject({
      record: {
        recipe: 'best',
        options: { biasCorrection: true, weightRounding: { kind: 'gptq', damping: 0.01 } },
      },
    });
    const parts = await octogate(
      ...['quantize', model, '--calibrate', data, '-o', out('parts.tflite'), '--recipe', 'best', '--json'],
      ...[
        '--no-input-scaling',
        '--input-clipping',
        '99.5',
        '--weight-rounding',
        'gptq:0.02',
        '--no-bias-correction',
      ],
    );
    expect(JSON.parse(parts.stdout)).toMatchObject({
      record: {
        options: {
          inputScaling: null,
          inputClipping: { percentile: 99.5 },
          weightRounding: { kind: 'gptq', damping: 0.02 },
          biasCorrection: false,
          perChannelDense: true,
        },
      },
    });
  });

  it('keeps ops in float that are asked for', async () => {
    const digits = writeModel(folder, 'digits.tflite', digitsFloatGraph());
    await writeNpy(out('digits.npy'), { shape: [2, 28, 28], data: noise(3, 2 * 28 * 28).map(Math.abs) });
    const { code, stdout } = await octogate(
      ...['quantize', digits, '--calibrate', out('digits.npy'), '-o', out('kept.tflite')],
      ...['--keep-float', 'fullyConnected_1'],
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/left in float +fullyConnected_1, softmax_2\n/);
  });

  it('prints JSON, and writes a report that stands for itself', async () => {
    const [page, figures] = [out('report.html'), out('report.json')];
    const { code, stdout } = await octogate(
      ...['quantize', model, '--calibrate', data, '-o', out('reported.tflite'), '--json'],
      ...['--report', page, '--report-json', figures, '--compare-sequences', '3', '--gpu', 'apple-m2'],
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      output: out('reported.tflite'),
      record: { recipe: 'plain', observer: 'min-max', samples: 4 },
      floatOps: [],
      compared: { sequences: 3, outputs: [{ name: 'y', rows: 3 * STEPS }], lstms: [{ layer: 'lstm_0' }] },
    });
    expect(JSON.parse(readFileSync(figures, 'utf8'))).toMatchObject({
      format: 'octogate-report-1',
      sequences: 3,
      float: { fileBytes: readFileSync(model).length },
      integer: { fileBytes: readFileSync(out('reported.tflite')).length },
      device: { name: 'Apple M2, 10 cores', int8MacsPerSecond: 600e9, bytesPerSecond: 100e9 },
      plan: { gpu: 'Apple M2, 10 cores', batch: 1, timesteps: STEPS },
    });
    const text = readFileSync(page, 'utf8');
    expect(text).toContain('lstm_0: forget gate');
    expect(text).toContain('on Apple M2, 10 cores, for one sequence');
    expect(text.match(/<svg/g)!.length).toBeGreaterThan(8);
    expect(text).not.toMatch(/<script|<link|<img|@import|url\((?!#)|(?:src|href)="(?!#)/);
  });

  it('reads archives, folders and single sequences, in order', async () => {
    const parts = out('parts');
    mkdirSync(parts);
    const values = noise(100, 4 * STEPS * INPUTS);
    const row = (index: number): Float32Array =>
      values.slice(index * STEPS * INPUTS, (index + 1) * STEPS * INPUTS);
    await writeNpy(join(parts, 'a.npy'), { shape: [STEPS, INPUTS], data: row(0) });
    const entries: Record<string, Uint8Array> = {};
    for (const index of [1, 2]) {
      const path = out(`row${index}.npy`);
      await writeNpy(path, { shape: [STEPS, INPUTS], data: row(index) });
      entries[`row${index}.npy`] = readFileSync(path);
    }
    writeFileSync(join(parts, 'b.npz'), zipSync(entries));
    writeFileSync(join(parts, 'notes.txt'), 'not data');
    await writeNpy(out('last.npy'), { shape: [1, STEPS, INPUTS], data: row(3) });
    // The moving average depends on the order.
    const quantize = (name: string, ...given: readonly string[]): Promise<{ code: number | null }> =>
      octogate('quantize', model, '--observer', 'moving-average', '-o', out(name), '--calibrate', ...given);
    expect((await quantize('parts.tflite', parts, out('last.npy'))).code).toBe(0);
    expect((await quantize('whole.tflite', data)).code).toBe(0);
    expect(readFileSync(out('parts.tflite')).equals(readFileSync(out('whole.tflite')))).toBe(true);
  });
});

describe('a model that looks words up', () => {
  const words = join(ROOT, 'test/import/golden/words.onnx');
  const tokens = Int32Array.from({ length: 3 * 20 }, (_, index) => (index * index + index) % 7);
  const write = async (name: string, data: NpyData): Promise<string> => {
    await writeNpy(out(name), { shape: [3, 20], data });
    return out(name);
  };

  it('is calibrated and compared on int32 positions', async () => {
    const data = await write('words.npy', tokens);
    const { code, stdout, stderr } = await octogate(
      ...['quantize', words, '--calibrate', data, '-o', out('words.tflite'), '--json'],
      ...['--report', out('words.html'), '--sensitivity'],
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      record: { samples: 3 },
      compared: { sequences: 3, timesteps: 60, outputs: [{ name: 'next', rows: 60 }] },
    });
    const compared = await octogate(
      ...['compare', words, out('words.tflite'), '--data', data, '--require-sqnr', '40'],
    );
    expect([compared.code, compared.stderr]).toEqual([0, '']);
    expect(importTflite(readFileSync(out('words.tflite'))).tensors[0]).toMatchObject({
      name: 'words',
      dtype: 'int32',
    });
  });

  it('refuses real numbers, other integers and rows that its table lacks', async () => {
    const refused = async (data: NpyData): Promise<string> => {
      const path = await write('other.npy', data);
      const { code, stderr } = await octogate(
        ...['quantize', words, '--calibrate', path, '-o', out('refused.tflite')],
      );
      expect([code, existsSync(out('refused.tflite'))]).toEqual([2, false]);
      return stderr;
    };
    expect(await refused(Float32Array.from(tokens))).toMatch(
      /other\.npy: input "words": dtype float32 found, int32 expected; .*astype\(numpy\.int32\)\n$/,
    );
    expect(await refused(Int16Array.from(tokens))).toMatch(/dtype int16 found, int32 expected/);
    expect(await refused(tokens.with(33, 7))).toMatch(/element 33 is 7; its table has rows 0 to 6\n$/);
    expect(await refused(tokens.with(0, -1))).toMatch(/element 0 is -1; its table has rows 0 to 6\n$/);
  });
});

describe('octogate quantize refuses in one line, with exit code 2, and writes nothing,', () => {
  const npy = async (name: string, shape: readonly number[], values: NpyData): Promise<string> => {
    await writeNpy(out(name), { shape, data: values });
    return out(name);
  };
  const refuses = async (expected: RegExp, ...args: readonly string[]): Promise<void> => {
    const written = mkdtempSync(out('refused-'));
    const { code, stdout, stderr } = await octogate(
      ...['quantize', ...args, '-o', join(written, 'out.tflite')],
      ...['--save-ranges', join(written, 'ranges.json')],
    );
    expect(stderr).toMatch(expected);
    expect(stderr).toMatch(/^octogate: [^\n]+\n$/);
    expect([code, stdout, readdirSync(written)]).toEqual([2, '', []]);
  };

  it('data of another type or shape', async () => {
    const int8 = await npy('int8.npy', [4, STEPS, INPUTS], new Int8Array(4 * STEPS * INPUTS));
    await refuses(
      /int8\.npy: input "x": dtype int8 found.*lost their real meaning/,
      model,
      '--calibrate',
      int8,
    );
    const narrow = await npy('narrow.npy', [4, STEPS, 5], new Float32Array(200));
    await refuses(
      /narrow\.npy: input "x": shape \[4, 10, 5\] found, \[batch, time, 6\] or \[time, 6\]/,
      ...[model, '--calibrate', narrow],
    );
    const empty = await npy('empty.npy', [0, STEPS, INPUTS], new Float32Array());
    await refuses(/empty\.npy: input "x": shape \[0, 10, 6\]/, model, '--calibrate', empty);
  });

  it('data that is no number, also behind what is', async () => {
    const values = noise(5, 2 * STEPS * INPUTS);
    values[77] = NaN;
    const bad = await npy('nan.npy', [2, STEPS, INPUTS], values);
    await refuses(/nan\.npy: input "x": element 77 is NaN/, model, '--calibrate', data, bad);
    values[77] = -Infinity;
    await npy('nan.npy', [2, STEPS, INPUTS], values);
    await refuses(/nan\.npy: input "x": element 77 is -Infinity/, model, '--calibrate', data, bad);
  });

  it('data that is not there, or no data', async () => {
    await refuses(/--calibrate DATA.*--ranges FILE/, model);
    await refuses(/missing\.npy: no such file/, model, '--calibrate', out('missing.npy'));
    await refuses(/expected a \.npy or \.npz file/, model, '--calibrate', model);
    mkdirSync(out('hollow'));
    await refuses(/hollow: the folder holds no/, model, '--calibrate', out('hollow'));
    writeFileSync(out('torn.npz'), 'PK\u0003\u0004 and then nothing');
    await refuses(/torn\.npz: not a readable \.npz archive/, model, '--calibrate', out('torn.npz'));
  });

  const withConstant = (name: string, change: (data: Float32Array) => Float32Array): string => {
    const graph = smallFloatGraph();
    const tensors = graph.tensors.map((tensor) =>
      tensor.name === name ? { ...tensor, data: change(tensor.data as Float32Array) } : tensor,
    );
    return writeModel(folder, 'changed.tflite', { ...graph, tensors });
  };

  it('a dead layer, by name', async () => {
    const path = withConstant('forget.inputWeights', (weights) => weights.map(() => 0));
    await refuses(/forget\.inputWeights: all 48 weights are zero/, path, '--calibrate', data);
  });

  it.each([NaN, Infinity])('weights that are %d, by name', async (value) => {
    const path = withConstant('cell.recurrentWeights', (weights) => weights.with(5, value));
    for (const recipe of ['plain', 'best']) {
      await refuses(
        new RegExp(`cell\\.recurrentWeights: element 5 of the constant is ${value}`),
        ...[path, '--calibrate', data, '--recipe', recipe],
      );
    }
  });

  it('a cell state beyond 64, and a value that was never other than zero', async () => {
    const { ranges } = await savedRanges();
    const write = (changed: CalibrationRanges): string => {
      writeFileSync(out('changed.json'), JSON.stringify(changed));
      return out('changed.json');
    };
    const wide = { ...ranges, tensors: { ...ranges.tensors, c: { min: -65, max: 3 } } };
    await refuses(/octogate: c: reaches 65, .*2\^-9/, model, '--ranges', write(wide));
    const dead = { ...ranges, tensors: { ...ranges.tensors, x: { min: 0, max: 0 } } };
    await refuses(/octogate: x: .*zero/, model, '--ranges', write(dead));
    const { y, ...rest } = ranges.tensors;
    expect(y).toBeDefined();
    await refuses(/y: has no calibrated range/, model, '--ranges', write({ ...ranges, tensors: rest }));
    const silent = await npy('silent.npy', [2, STEPS, INPUTS], new Float32Array(2 * STEPS * INPUTS));
    await refuses(/octogate: x: .*zero/, model, '--calibrate', silent);
  });

  const savedRanges = async (): Promise<{ ranges: CalibrationRanges }> => {
    const [file, json] = [out('saved.tflite'), out('saved.json')];
    await octogate('quantize', model, '--calibrate', data, '-o', file, '--save-ranges', json);
    return { ranges: parseCalibrationRanges(JSON.parse(readFileSync(json, 'utf8'))) };
  };

  it('models that are integers already, damaged, or none', async () => {
    await octogate('quantize', model, '--calibrate', data, '-o', out('already.tflite'));
    await refuses(/int8/, out('already.tflite'), '--calibrate', data);
    writeFileSync(out('half.tflite'), readFileSync(model).subarray(0, 900));
    await refuses(/half\.tflite: .*damaged/, out('half.tflite'), '--calibrate', data);
    await refuses(/none of the known model formats/, data, '--calibrate', data);
  });

  it('ranges of another model, or no ranges', async () => {
    writeFileSync(
      out('empty.json'),
      '{"format":"octogate-ranges-1","observer":"none","samples":1,"tensors":{},"internals":{}}',
    );
    await refuses(/x: has no calibrated range/, model, '--ranges', out('empty.json'));
    await refuses(/not JSON/, model, '--ranges', model);
    await refuses(
      /input scaling, input clipping, input copies, constant units, GPTQ rounding, bias correction need the data/,
      model,
      '--ranges',
      out('empty.json'),
      '--recipe',
      'best',
    );
    await refuses(
      /--ranges stands for calibration/,
      model,
      '--ranges',
      out('empty.json'),
      '--calibrate',
      data,
    );
  });

  it('observers and places that do not exist', async () => {
    await refuses(/expected min-max, moving-average/, model, '--calibrate', data, '--observer', 'median');
    await refuses(/exponent is 3; expected 0 to 1/, model, '--calibrate', data, '--input-scaling', '3');
    await refuses(/percentile: got 10/, model, '--calibrate', data, '--observer', 'percentile:10');
    await refuses(
      /nowhere: no such file/,
      model,
      '--calibrate',
      data,
      '--report',
      out('nowhere/report.html'),
    );
    await refuses(/: a folder, where a file is/, model, '--calibrate', data, '--report', folder);
    await refuses(/--gpu is what a report/, model, '--calibrate', data, '--gpu', 'h100');
    const page = ['--report', out('other.html')];
    await refuses(/"voodoo" is none of h100/, model, '--calibrate', data, '--gpu', 'voodoo', ...page);
    await refuses(/named twice/, model, '--calibrate', data, '--report', model);
    expect(existsSync(out('nowhere'))).toBe(false);
  });
});
