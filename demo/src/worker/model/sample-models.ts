import { importModel } from 'octogate/import';
import type { ModelFiles } from '../engine';
import type { NamedFile } from './named-file';
import { writtenText } from './written-text';

/** Models for visitors without files, each with data to run it on. */
export interface SampleModels {
  /** Float: two LSTM layers with layer norm and projection, to be quantized. */
  readonly characters: () => Promise<NamedFile[]>;
  /** Integers: handwritten digits, row by row. */
  readonly digits: () => Promise<NamedFile[]>;
}

export function sampleModels({ characters, digits, digitSamples }: ModelFiles): SampleModels {
  return {
    characters: async () => [
      { name: 'characters-float.tflite', bytes: new Uint8Array(characters.float) },
      writtenText(await importModel(characters.float), characters.alphabet),
    ],
    digits: () =>
      Promise.resolve([
        { name: 'digits.tflite', bytes: new Uint8Array(digits) },
        { name: 'digits-samples.npy', bytes: new Uint8Array(digitSamples) },
      ]),
  };
}
