import { describe, expect, test } from 'vitest';
import { FloatRunner } from '../../src/quantize';
import { asInput, loadDigits } from '../../training/digits/dataset';
import logits from '../../training/digits/logits.json';
import { CLASSES, digitsFloatGraph, predictions, ROWS } from '../../training/digits/model';

const { train, heldOut } = loadDigits();

describe('the digits split', () => {
  test('is 8,000 to 2,000, and each digit has a fifth held out', () => {
    expect([train.length, heldOut.length]).toEqual([8000, 2000]);
    for (let digit = 0; digit < CLASSES; digit++) {
      const [kept, held] = [train, heldOut].map((part) => part.filter(({ label }) => label === digit).length);
      expect(held! / (kept! + held!)).toBeCloseTo(0.2, 2);
    }
  });

  test('holds out no image that training saw', () => {
    const seen = new Set(train.map(({ pixels }) => pixels.join()));
    expect(heldOut.filter(({ pixels }) => seen.has(pixels.join()))).toEqual([]);
  });
});

describe('the float digits model', () => {
  const graph = digitsFloatGraph();

  test('gives the logits that PyTorch gave for the first held-out image of each digit', () => {
    const first = logits.map(({ digit }) => heldOut.find(({ label }) => label === digit)!);
    let found = new Float32Array();
    new FloatRunner(graph).run([asInput(first)], ({ key }, values) => {
      if (key === 'dense') found = values.slice();
    });
    logits.forEach(({ logits: expected }, image) => {
      const last = (image * ROWS + ROWS - 1) * CLASSES;
      expected.forEach((value, digit) => {
        expect(Math.abs(found[last + digit]! - value), `digit ${image}, logit ${digit}`).toBeLessThan(2e-5);
      });
    });
  });

  test('is right about all but 2 of every fifth held-out image; docs/accuracy.md has all of them', () => {
    const images = heldOut.filter((_, index) => index % 5 === 0);
    const [beliefs] = new FloatRunner(graph).run([asInput(images)]);
    const wrong = predictions(beliefs!.data).filter((digit, index) => digit !== images[index]!.label);
    expect([wrong.length, images.length]).toEqual([2, 400]);
  });
});
