import { at } from '../../src/errors';
import { createNodeGpu } from '../../src/node';
import type { QuantizeOptions } from '../../src/quantize';
import type { Mixture } from '../audio/mix';
import { SAMPLE_RATE } from '../audio/signal';
import { siSdr } from '../../demo/src/denoiser/si-sdr';
import { table } from '../markdown';
import { mean, signed } from '../statistics';
import { readDtln } from './dtln';
import type { Dtln } from './dtln';
import { denoiseAll, SCORE_COLUMNS, scoreCells, scoresOf } from './evaluation';
import { integerNetworks, recordNetworkInputs } from './integer-networks';
import type { NetworkInputs } from './integer-networks';
import { calibrationMixtures, testMixtures, testStreams } from './mixtures';
import { floatNetworks, stagesAround } from './networks';
import { tfliteStages } from './tflite-stages';

const TEST_MIXTURES = 108;
const CALIBRATION_MIXTURES = 20;
const STREAMS = 4;
const STREAM_PART_SECONDS = 20;
/** The curve of calibration sizes is measured on the first of the test mixtures. */
const CURVE_MIXTURES = 24;
const CURVE_SIZES = [1, 2, 5, 10, 20, 40] as const;

/** A model in float with what its quantization is calibrated on, and what runs it then. */
interface Subject {
  readonly gpu: GPU;
  readonly dtln: Dtln;
  readonly calibration: readonly NetworkInputs[];
}

type NamedRecipe = readonly [name: string, options: QuantizeOptions];

/** Some cells of stage 1 count frames, to 753 in a clip of 753; the recipe alone refuses that. */
const PLAIN: QuantizeOptions = { recipe: 'plain', saturateCells: true };
const RECIPES: readonly NamedRecipe[] = [
  ['int8, plain recipe', PLAIN],
  ['int8, best recipe', { recipe: 'best' }],
];
/** Parts of the recipes by themselves. */
const MORE_RECIPES: readonly NamedRecipe[] = [
  ['plain, 16-bit mask', { ...PLAIN, int16Masks: true }],
  ['best, no input copies', { recipe: 'best', inputCopies: null }],
  ['and no constant units', { recipe: 'best', inputCopies: null, constantUnits: false }],
  ['or inputs not clipped', { recipe: 'best', inputCopies: null, inputClipping: null }],
];

/**
 * The first mask of `DTLN_norm_40h` averages 0.0024, and the second stage brings its result to the right level again: neither
 * 8 bits nor the +-8 of 16-bit logits can tell speech from silence there.
 */
const NORMALISED_RECIPES: readonly NamedRecipe[] = [
  ['int8, plain recipe', PLAIN],
  ['plain, 16-bit mask', { ...PLAIN, int16Masks: true }],
  ['plain, first mask float', { ...PLAIN, int16Masks: true, keepFloat: ['dense/sums', 'dense'] }],
];

/** SI-SDR over the test mixtures, as Markdown. */
export async function noiseSuppressionReport(): Promise<string> {
  const mixtures = testMixtures(TEST_MIXTURES);
  const quality = mean(mixtures.map(({ noisy, clean }) => siSdr(noisy, clean)));
  const rows = [['noisy', quality.toFixed(2)]];
  const subject = await prepare('model.h5', CALIBRATION_MIXTURES);
  const float = await inFloat(subject, mixtures);
  rows.push(['float32', ...scoreCells(scoresOf(mixtures, float, float)).slice(0, 1)]);
  const authors = await denoiseAll(tfliteStages('model_quant'), mixtures);
  rows.push(["the authors' dynamic range", ...scoreCells(scoresOf(mixtures, authors, float))]);
  rows.push(...(await integerRows(subject, mixtures, float, '', [...RECIPES, ...MORE_RECIPES])));
  const normalised = await prepare('DTLN_norm_40h.h5', CALIBRATION_MIXTURES);
  const normalisedFloat = await inFloat(normalised, mixtures);
  rows.push([
    'norm_40h: float32',
    ...scoreCells(scoresOf(mixtures, normalisedFloat, normalisedFloat)).slice(0, 1),
  ]);
  rows.push(...(await integerRows(normalised, mixtures, normalisedFloat, 'norm_40h: ', NORMALISED_RECIPES)));
  return table(['arithmetic', ...SCORE_COLUMNS], rows);
}

async function integerRows(
  subject: Subject,
  mixtures: readonly Mixture[],
  float: readonly Float32Array[],
  prefix: string,
  recipes: readonly NamedRecipe[],
): Promise<string[][]> {
  const rows: string[][] = [];
  for (const [name, options] of recipes) {
    const outputs = await inIntegers(subject, options, mixtures);
    rows.push([`${prefix}${name}`, ...scoreCells(scoresOf(mixtures, outputs, float))]);
  }
  return rows;
}

/** Whether errors grow along streams of a minute, as Markdown. */
export async function streamsReport(): Promise<string> {
  const streams = testStreams(STREAMS);
  const subject = await prepare('model.h5', CALIBRATION_MIXTURES);
  const float = await inFloat(subject, streams);
  const parts = Math.floor(at(streams, 0).noisy.length / (STREAM_PART_SECONDS * SAMPLE_RATE));
  const row = (name: string, outputs: readonly Float32Array[]): string[] => {
    const cells = Array.from({ length: parts }, (_, part) => {
      const cut = (signal: Float32Array): Float32Array =>
        signal.subarray(
          part * STREAM_PART_SECONDS * SAMPLE_RATE,
          (part + 1) * STREAM_PART_SECONDS * SAMPLE_RATE,
        );
      const scores = scoresOf(
        streams.map((stream) => ({ ...stream, clean: cut(stream.clean), noisy: cut(stream.noisy) })),
        outputs.map(cut),
        float.map(cut),
      );
      return `${signed(mean(scores.gain))} / ${mean(scores.likeness).toFixed(1)}`;
    });
    return [name, signed(mean(scoresOf(streams, outputs, float).gain)), ...cells];
  };
  const rows = [row("the authors' dynamic range", await denoiseAll(tfliteStages('model_quant'), streams))];
  for (const [name, options] of RECIPES) rows.push(row(name, await inIntegers(subject, options, streams)));
  const heads = Array.from(
    { length: parts },
    (_, part) => `${part * STREAM_PART_SECONDS} to ${(part + 1) * STREAM_PART_SECONDS} s`,
  );
  return table(['arithmetic', 'whole', ...heads], rows);
}

/** A recipe's score after calibration on so many clips. */
export interface CurvePoint {
  readonly recipe: string;
  readonly clips: number;
  /** SI-SDR minus that of float, in decibels, mean over clips. */
  readonly gain: number;
  /** SI-SDR against float's output, mean over clips. */
  readonly likeness: number;
}

/** How many calibration clips are enough. */
export async function noiseSuppressionCurve(): Promise<CurvePoint[]> {
  const mixtures = testMixtures(CURVE_MIXTURES);
  const subject = await prepare('model.h5', Math.max(...CURVE_SIZES));
  const float = await inFloat(subject, mixtures);
  const points: CurvePoint[] = [];
  for (const [recipe, options] of RECIPES) {
    for (const clips of CURVE_SIZES) {
      const calibration = subject.calibration.slice(0, clips);
      const outputs = await inIntegers({ ...subject, calibration }, options, mixtures);
      const scores = scoresOf(mixtures, outputs, float);
      points.push({ recipe, clips, gain: mean(scores.gain), likeness: mean(scores.likeness) });
    }
  }
  return points;
}

async function prepare(file: Parameters<typeof readDtln>[0], clips: number): Promise<Subject> {
  const dtln = readDtln(file);
  const noisy = calibrationMixtures(clips).map((mixture) => mixture.noisy);
  return { gpu: await createNodeGpu(), dtln, calibration: await recordNetworkInputs(dtln, noisy) };
}

function inFloat({ dtln }: Subject, mixtures: readonly Mixture[]): Promise<Float32Array[]> {
  return denoiseAll(stagesAround(dtln, floatNetworks(dtln)), mixtures);
}

async function inIntegers(
  { gpu, dtln, calibration }: Subject,
  options: QuantizeOptions,
  mixtures: readonly Mixture[],
): Promise<Float32Array[]> {
  return denoiseAll(stagesAround(dtln, await integerNetworks(gpu, dtln, calibration, options)), mixtures);
}
