import { calibrate, quantizeGraph } from '../../src/quantize';
import type { CalibrationSample } from '../../src/quantize';
import type { Graph } from '../../src/model';
import { asInput } from './dataset';
import type { DigitImage, DigitsDataset } from './dataset';
import { CLASSES, digitsFloatGraph } from './model';

const CALIBRATION_IMAGES_PER_DIGIT = 20;

/** The first images of each digit that training saw. */
export function calibrationImages({ train }: DigitsDataset, perDigit: number): DigitImage[] {
  return Array.from({ length: CLASSES }, (_, digit) =>
    train.filter(({ label }) => label === digit).slice(0, perDigit),
  ).flat();
}

/** Images as calibration data: each is a sequence of its own. */
export function samplesOf(images: readonly DigitImage[]): CalibrationSample[] {
  return images.map((image) => ({ calls: [[asInput([image])]] }));
}

/** The digits model that ships: the recipe with min-max calibration on 200 images, and nothing beyond it. */
export async function digitsIntegerGraph(dataset: DigitsDataset): Promise<Graph> {
  const graph = digitsFloatGraph();
  const samples = samplesOf(calibrationImages(dataset, CALIBRATION_IMAGES_PER_DIGIT));
  return quantizeGraph(graph, await calibrate(graph, samples));
}

/** Images as the integer model's input: its scale 1/255 and zero point -128 make each byte a step. */
export function asIntegerInput(images: readonly DigitImage[]): Int8Array {
  return Int8Array.from(
    images.flatMap(({ pixels }) => [...pixels]),
    (pixel) => pixel - 128,
  );
}
