/** PyTorch weights with a description of their layers, against PyTorch's own numbers. */
import { describe, expect, it, test } from 'vitest';
import { ModelFormatError, UnsupportedModelError } from '../../../src/errors';
import { importModel } from '../../../src/import';
import { importPytorch } from '../../../src/import/pytorch';
import { expectAsPytorch, readGolden, readGoldenFile } from '../../support/pytorch-golden';
import type { SafetensorsEntry } from '../../support/safetensors';
import { encodeSafetensors } from '../../support/safetensors';

describe('against PyTorch', () => {
  test.each([
    ['stacked', ['lstm', 'concatenation', 'lstm', 'concatenation', 'fullyConnected', 'softmax']],
    ['projected', ['lstm', 'lstm', 'slice', 'fullyConnected', 'leakyRelu', 'fullyConnected', 'tanh']],
    ['words', ['gather', 'lstm', 'fullyConnected', 'logistic']],
  ] as const)('%s', (name, kinds) => {
    const golden = readGolden(name);
    const graph = importPytorch(golden.description, readGoldenFile(`${name}.safetensors`));
    expect(graph.name).toBe(name);
    expect(graph.ops.map(({ kind }) => kind)).toEqual(kinds);
    expectAsPytorch(graph, golden);
  });

  it('takes a description as text, and from the file itself', async () => {
    const weights = { 'dense.weight': { shape: [2, 3], data: [1, 2, 3, 4, 5, 6] } };
    const description = JSON.stringify({ layers: [{ type: 'linear', module: 'dense' }, { type: 'relu' }] });
    const graph = importPytorch(description, encodeSafetensors(weights));
    const described = encodeSafetensors(weights, { octogate: description });
    expect(importPytorch(null, described)).toEqual(graph);
    expect(await importModel(described)).toEqual(graph);
    expect(await importModel(encodeSafetensors(weights), { pytorch: { description } })).toEqual(graph);
    expect(() => importPytorch(null, encodeSafetensors(weights))).toThrow(
      /has no text "octogate" that describes/,
    );
  });
});

describe('descriptions', () => {
  const weights = encodeSafetensors({
    'lstm.weight_ih_l0': { shape: [8, 3], data: new Float32Array(24) },
    'lstm.weight_hh_l0': { shape: [8, 2], data: new Float32Array(16) },
    'dense.weight': { shape: [4, 2], data: new Float32Array(8) },
    'dense.bias': { shape: [4], data: new Float32Array(4) },
  });
  const lstm = { type: 'lstm', module: 'lstm' };
  const dense = { type: 'linear', module: 'dense' };

  test('with sizes that fit', () => {
    const graph = importPytorch({ layers: [lstm, dense], timesteps: 5 }, weights);
    expect([...graph.inputs, ...graph.outputs].map((id) => graph.tensors[id]!)).toMatchObject([
      { name: 'input', shape: [1, 5, 3] },
      { name: 'output', shape: [1, 5, 4] },
    ]);
  });

  test.each([
    ['text that is no JSON', '{', /is no JSON/],
    ['a list', [], /the description: is no JSON object/],
    ['no layers', { layers: [] }, /its layers are no list of 1 to 256/],
    ['a field of its own', { layers: [lstm], batch: 3 }, /has a field "batch"/],
    ['a length that is none', { layers: [lstm], timesteps: 1.5 }, /its timesteps are no whole number/],
    ['a layer without a module', { layers: [{ type: 'lstm' }] }, /layer 0: its module is no text/],
    [
      'a layer with other fields',
      { layers: [{ ...lstm, hidden: 3 }] },
      /layer 0: a layer of type "lstm" has no field "hidden"/,
    ],
    [
      'a module that is not there',
      { layers: [{ type: 'lstm', module: 'rnn' }] },
      /no tensor "rnn.weight_ih_l0" among/,
    ],
    [
      'weights that are left over',
      { layers: [lstm] },
      /no layer of the description uses "dense.weight", "dense.bias"/,
    ],
    ['an activation first', { layers: [{ type: 'relu' }, lstm] }, /layer 0: its type is "relu"/],
    [
      'a sequence after the last step',
      { layers: [lstm, { type: 'last' }, { type: 'last' }, dense] },
      /layer 2: it takes a sequence/,
    ],
    [
      'an embedding of floats',
      { layers: [lstm, { type: 'embedding', module: 'dense' }] },
      /an embedding comes first/,
    ],
  ])('with %s are refused', (_, description, message) => {
    expect(() => importPytorch(description, weights)).toThrow(ModelFormatError);
    expect(() => importPytorch(description, weights)).toThrow(message);
  });

  test('with layers of unknown types are refused, all at once', () => {
    const layers = [{ type: 'gru', module: 'rnn' }, dense, { type: 'elu' }];
    expect(() => importPytorch({ layers }, weights)).toThrow(UnsupportedModelError);
    expect(() => importPytorch({ layers }, weights)).toThrow(
      /2 things cannot run:\n- layer 0: its type is "gru"; embedding, [^]*- layer 2: its type is "elu"/,
    );
  });
});

describe('weights', () => {
  const layers = [{ type: 'lstm', module: 'm' }];
  const zeros = (...shape: readonly number[]): SafetensorsEntry => ({
    shape,
    data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
  });

  test.each([
    ['of no gate', { weight_ih_l0: zeros(8, 3) }, /no tensor "m.weight_hh_l0"/],
    [
      'of another width',
      { weight_ih_l0: zeros(8, 3), weight_hh_l0: zeros(8, 3) },
      /"m.weight_hh_l0": has the shape \[8, 3\], \[8, 2\] expected/,
    ],
    ['of half a gate', { weight_ih_l0: zeros(6, 3), weight_hh_l0: zeros(6, 2) }, /"m.weight_hh_l0"/],
    [
      'of a bias that is too short',
      { weight_ih_l0: zeros(8, 3), weight_hh_l0: zeros(8, 2), bias_ih_l0: zeros(4) },
      /"m.bias_ih_l0": has the shape \[4\]/,
    ],
    [
      'of a second layer that does not take the first',
      {
        weight_ih_l0: zeros(8, 3),
        weight_hh_l0: zeros(8, 2),
        weight_ih_l1: zeros(8, 3),
        weight_hh_l1: zeros(8, 2),
      },
      /"m.weight_ih_l1": has the shape \[8, 3\], \[8, 2\] expected/,
    ],
  ])('%s are refused', (_, parts: Readonly<Record<string, SafetensorsEntry>>, message) => {
    const named = Object.fromEntries(Object.entries(parts).map(([name, entry]) => [`m.${name}`, entry]));
    expect(() => importPytorch({ layers }, encodeSafetensors(named))).toThrow(ModelFormatError);
    expect(() => importPytorch({ layers }, encodeSafetensors(named))).toThrow(message);
  });
});
