import { readFileSync } from 'node:fs';
import { importPytorch } from '../../src/import/pytorch';
import type { Graph } from '../../src/model';

const DESCRIPTION = {
  name: 'denoiser',
  input: 'log powers',
  output: 'mask',
  timesteps: 1,
  layers: [
    { type: 'lstm', module: 'lstm_0' },
    { type: 'lstm', module: 'lstm_1' },
    { type: 'linear', module: 'dense' },
    { type: 'sigmoid' },
  ],
};

/** The trained denoiser, in float: log powers of a frame's bins -> 2 x LSTM -> dense -> logistic, a factor for each bin. */
export function denoiserGraph(): Graph {
  return importPytorch(DESCRIPTION, readFileSync(`${import.meta.dirname}/weights.safetensors`));
}
