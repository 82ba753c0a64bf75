import { expect, test } from 'vitest';
import { FloatRunner } from '../../src/quantize';
import { BANDS } from '../../training/keywords/features';
import logits from '../../training/keywords/logits.json';
import { keywordGraph } from '../../training/keywords/model';

/** As `train.py` has it. */
const FRAMES = 59;

test('the keyword model, with coupled gates, peepholes and projection, gives the logits that PyTorch gave', () => {
  const data = Float32Array.from({ length: FRAMES * BANDS }, (_, index) => Math.sin(0.37 * index));
  const [found] = new FloatRunner(keywordGraph()).run([{ shape: [1, FRAMES, BANDS], data }]);
  const last = found!.data.slice(-logits.length);
  logits.forEach((value, word) => {
    expect(Math.abs(last[word]! - value), `logit ${word}`).toBeLessThan(1e-4);
  });
});
