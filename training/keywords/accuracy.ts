import { at } from '../../src/errors';
import { Model } from '../../src/index';
import { floatMatrix, FloatRunner, hybridMatrix, quantize } from '../../src/quantize';
import type { CalibrationSample, MatrixKind, QuantizeOptions } from '../../src/quantize';
import { percentage, table } from '../markdown';
import { batchOf, HELD_OUT, makeKeywords, TRAINING, WORDS } from './dataset';
import type { Keywords } from './dataset';
import { FRAMES } from './dataset';
import { keywordGraph } from './model';

const BATCH = 140;
/** The voices of training that calibration hears, each saying every word once. */
const CALIBRATION_VOICES = 5;

/** Logits of `[rows, FRAMES, BANDS]`, after every frame. */
type Predict = (batch: ReturnType<typeof batchOf>) => ArrayLike<number> | Promise<ArrayLike<number>>;

/** Float and integer answers about words of voices that training never heard, as Markdown. */
export async function keywordsReport(): Promise<string> {
  const graph = keywordGraph();
  const heldOut = makeKeywords(HELD_OUT);
  const inFloat = (matrixOf: MatrixKind): Promise<number[]> =>
    answers(heldOut, (batch) => at(new FloatRunner(graph, matrixOf).run([batch]), 0).data);
  const float = await inFloat(floatMatrix);
  const samples = calibrationSamples();
  const integer = async (options: QuantizeOptions): Promise<number[]> => {
    const quantized = await quantize(graph, samples, options);
    const model = await Model.fromGraph(quantized.graph, { backend: 'reference' });
    const found = await answers(heldOut, (batch) =>
      model.createSession({ batch: at(batch.shape, 0) }).run(batch.data),
    );
    model.dispose();
    return found;
  };
  const rows = [
    ['float32', ...scores(heldOut, float, null)],
    ['hybrid (dynamic range)', ...scores(heldOut, await inFloat(hybridMatrix), float)],
    ['int8, plain recipe', ...scores(heldOut, await integer({ recipe: 'plain' }), float)],
    ['int8, best recipe', ...scores(heldOut, await integer({ recipe: 'best' }), float)],
  ];
  return table(['arithmetic', 'right', 'accuracy', 'answers unlike float'], rows);
}

function calibrationSamples(): CalibrationSample[] {
  const calibration = makeKeywords({
    ...TRAINING,
    variants: TRAINING.variants.slice(0, CALIBRATION_VOICES),
    utterances: 1,
    renditions: 1,
  });
  return Array.from(calibration.labels, (_, example) => ({
    calls: [[batchOf(calibration, example, example + 1)]],
  }));
}

/** The word that each example is taken for, by its label. */
async function answers(keywords: Keywords, predict: Predict): Promise<number[]> {
  const found: number[] = [];
  for (let begin = 0; begin < keywords.labels.length; begin += BATCH) {
    const end = Math.min(begin + BATCH, keywords.labels.length);
    const logits = await predict(batchOf(keywords, begin, end));
    for (let row = 0; row < end - begin; row++) found.push(wordAfterLastFrame(logits, row));
  }
  return found;
}

function wordAfterLastFrame(logits: ArrayLike<number>, row: number): number {
  const last = ((row + 1) * FRAMES - 1) * WORDS.length;
  let best = 0;
  for (let word = 1; word < WORDS.length; word++) {
    if (at(logits, last + word) > at(logits, last + best)) best = word;
  }
  return best;
}

function scores({ labels }: Keywords, found: readonly number[], float: readonly number[] | null): string[] {
  const right = found.filter((word, example) => word === at(labels, example)).length;
  const different =
    float === null ? '' : `${found.filter((word, example) => word !== at(float, example)).length}`;
  return [`${right} of ${labels.length}`, percentage(right / labels.length), different];
}
