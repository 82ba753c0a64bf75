/**
 * Writes what `train.py` reads into `examples/`, which is not committed: `train.f32` and `test.f32`, features
 * `[examples, frames, bands]`, and `train.u8` and `test.u8`, labels. Run by
 * `node training/run.mjs training/keywords/write-examples.ts`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { HELD_OUT, makeKeywords, TRAINING } from './dataset';

const folder = `${import.meta.dirname}/examples`;
mkdirSync(folder, { recursive: true });
for (const [name, plan] of [
  ['train', TRAINING],
  ['test', HELD_OUT],
] as const) {
  const { features, labels } = makeKeywords(plan);
  writeFileSync(`${folder}/${name}.f32`, features);
  writeFileSync(`${folder}/${name}.u8`, labels);
}
