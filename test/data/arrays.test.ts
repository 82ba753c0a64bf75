import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { arraysIn, callInputs, encodeNpy, inputAxes, samplesOf } from '../../src/data';
import { Model } from '../../src/runtime/model';
import { FEATURES, twoLayers } from '../support/test-graphs';

const ramp = (...shape: number[]): Uint8Array =>
  encodeNpy({
    shape,
    data: Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, i) => i / 8),
  });

describe('arrays in NumPy files', () => {
  it('are one per file, and one per entry of an archive', () => {
    expect(arraysIn('a.npy', ramp(2, 3))).toMatchObject([{ entry: null, shape: [2, 3], dtype: 'float32' }]);
    const archive = zipSync({ 'x.npy': ramp(4), 'inner/y.npy': ramp(1, 2), 'readme.txt': new Uint8Array(1) });
    expect(arraysIn('b.npz', archive).map(({ label, entry }) => [label, entry])).toEqual([
      ['b.npz/x', 'x'],
      ['b.npz/y', 'y'],
    ]);
  });

  it('are refused by the file’s name', () => {
    expect(() => arraysIn('a.txt', ramp(1))).toThrow(/^a\.txt: expected a \.npy or \.npz file/);
    expect(() => arraysIn('a.npy', new Uint8Array(9))).toThrow(/^a\.npy: not a readable \.npy file/);
    expect(() => arraysIn('a.npz', ramp(1))).toThrow(/^a\.npz: not a readable \.npz archive/);
  });
});

describe('sequences for a model', () => {
  it('are one per batch row', () => {
    const axes = inputAxes(twoLayers({ isFloat: true }));
    const file = { label: 'a.npy', arrays: arraysIn('a.npy', ramp(3, 5, FEATURES)) };
    const samples = samplesOf([file], axes);
    expect(samples.map(({ calls }) => calls.map(([input]) => input?.shape))).toEqual(
      Array(3).fill([[1, 5, FEATURES]]),
    );
  });
});

describe('the inputs of a call', () => {
  it('take their sizes from the arrays', async () => {
    const model = await Model.fromGraph(twoLayers(), { backend: 'reference' });
    const [array] = arraysIn('a.npy', ramp(2, 7, FEATURES));
    const { batch, timesteps, values } = callInputs(model, [array!]);
    expect([batch, timesteps]).toEqual([2, 7]);
    expect(Object.values(values)[0]).toBeInstanceOf(Int8Array);
    model.dispose();
  });
});
