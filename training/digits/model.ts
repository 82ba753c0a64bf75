import { readFileSync } from 'node:fs';
import { at } from '../../src/errors';
import { importPytorch } from '../../src/import/pytorch';
import type { Graph } from '../../src/model';

/** Rows of an image, each of as many pixels: timesteps and features. */
export const ROWS = 28;
export const CLASSES = 10;

const DESCRIPTION = {
  name: 'digits',
  input: 'rows',
  output: 'beliefs',
  timesteps: ROWS,
  layers: [{ type: 'lstm', module: 'lstm' }, { type: 'linear', module: 'dense' }, { type: 'softmax' }],
};

/** The trained digits model, in float: rows -> LSTM -> dense -> softmax, a belief over ten digits after every row. */
export function digitsFloatGraph(): Graph {
  return importPytorch(DESCRIPTION, readFileSync(`${import.meta.dirname}/weights.safetensors`));
}

/** The digit believed in after the last row, per image, from beliefs of any element type, `[images, 28, 10]`. */
export function predictions(beliefs: ArrayLike<number>): number[] {
  const perImage = ROWS * CLASSES;
  return Array.from({ length: beliefs.length / perImage }, (_, image) => {
    const last = (image + 1) * perImage - CLASSES;
    let best = 0;
    for (let digit = 1; digit < CLASSES; digit++) {
      if (at(beliefs, last + digit) > at(beliefs, last + best)) best = digit;
    }
    return best;
  });
}
