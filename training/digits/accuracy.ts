import { Model } from '../../src/index';
import { floatMatrix, FloatRunner, hybridMatrix, quantize } from '../../src/quantize';
import type { MatrixKind, QuantizeOptions } from '../../src/quantize';
import { at } from '../../src/errors';
import type { Graph } from '../../src/model';
import { percentage, table } from '../markdown';
import { asInput, loadDigits } from './dataset';
import type { DigitImage } from './dataset';
import { CLASSES, digitsFloatGraph, predictions, ROWS } from './model';
import { calibrationImages, samplesOf } from './quantized';

const BATCH = 100;

interface Answers {
  readonly predictions: readonly number[];
  /** Beliefs after the last row, `[images, 10]`. */
  readonly beliefs: readonly number[];
}

/** Float and integer answers about the held-out digits, as Markdown. */
export async function digitsReport(): Promise<string> {
  const dataset = loadDigits();
  const { heldOut } = dataset;
  const graph = digitsFloatGraph();
  const inFloat = (matrixOf: MatrixKind): Promise<Answers> =>
    inBatches(heldOut, (images) => at(new FloatRunner(graph, matrixOf).run([asInput(images)]), 0).data);
  const float = await inFloat(floatMatrix);
  const rows = [
    ['float32', '', ...scores(heldOut, float, null)],
    ['hybrid (dynamic range)', '', ...scores(heldOut, await inFloat(hybridMatrix), float)],
  ];
  for (const [images, options] of [
    [1, {}],
    [5, {}],
    [20, {}],
    [100, {}],
    [20, { recipe: 'best' }],
  ] as const) {
    const integer = await integerAnswers(graph, calibrationImages(dataset, images), options, heldOut);
    const name = `int8, ${'recipe' in options ? options.recipe : 'plain'} recipe`;
    rows.push([name, `${images * CLASSES} images`, ...scores(heldOut, integer, float)]);
  }
  return table(
    ['arithmetic', 'calibration', 'right', 'accuracy', 'predictions unlike float', 'mean belief error'],
    rows,
  );
}

async function integerAnswers(
  graph: Graph,
  calibration: readonly DigitImage[],
  options: QuantizeOptions,
  images: readonly DigitImage[],
): Promise<Answers> {
  const integer = await quantize(graph, samplesOf(calibration), options);
  const model = await Model.fromGraph(integer.graph, { backend: 'reference' });
  const answers = await inBatches(images, async (batch) => {
    const session = model.createSession({ batch: batch.length });
    return session.run(asInput(batch).data);
  });
  model.dispose();
  return answers;
}

async function inBatches(
  images: readonly DigitImage[],
  run: (images: readonly DigitImage[]) => ArrayLike<number> | Promise<ArrayLike<number>>,
): Promise<Answers> {
  const digits: number[] = [];
  const last: number[] = [];
  for (let begin = 0; begin < images.length; begin += BATCH) {
    const beliefs = Array.from(await run(images.slice(begin, begin + BATCH)));
    digits.push(...predictions(beliefs));
    for (let end = ROWS * CLASSES; end <= beliefs.length; end += ROWS * CLASSES) {
      last.push(...beliefs.slice(end - CLASSES, end));
    }
  }
  return { predictions: digits, beliefs: last };
}

function scores(images: readonly DigitImage[], answers: Answers, float: Answers | null): string[] {
  const right = answers.predictions.filter((digit, index) => digit === at(images, index).label).length;
  const result = [`${right} of ${images.length}`, percentage(right / images.length)];
  if (float === null) return [...result, '', ''];
  const different = answers.predictions.filter(
    (digit, index) => digit !== at(float.predictions, index),
  ).length;
  const error =
    answers.beliefs.reduce((sum, belief, index) => sum + Math.abs(belief - at(float.beliefs, index)), 0) /
    answers.beliefs.length;
  return [...result, `${different}`, error.toFixed(5)];
}
