import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { arraysIn, callInputs, encodeNpy, inputAxes, samplesOf } from '../../src/data';
import { Model } from '../../src/runtime/model';
import { GraphBuilder } from '../support/graph-builder';
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

  it('of positions in a table come call by call where the model fixes its timesteps', () => {
    const builder = new GraphBuilder();
    const words = builder.input([1, 4], { dtype: 'int32', quantization: null });
    const [rows, flat] = [builder.tensor([1, 4, 2]), builder.tensor([1, 8])];
    const table = builder.int8([16, 2], Array(32).fill(1));
    builder.op({ kind: 'gather', input: table, indices: words, output: rows, axis: 0 });
    builder.op({ kind: 'reshape', input: rows, output: flat, shape: [-1, 8] });
    const axes = inputAxes(builder.graph([flat]));
    expect(axes).toMatchObject([{ dtype: 'int32', tableRows: 16, timestepsPerCall: 4 }]);
    const given = encodeNpy({ shape: [2, 8], data: Int32Array.from({ length: 16 }, (_, i) => i) });
    const samples = samplesOf([{ label: 'a.npy', arrays: arraysIn('a.npy', given) }], axes);
    const calls = samples.map((sample) => sample.calls.map(([input]) => [...input!.data]));
    expect(samples[0]!.calls[0]![0]!.shape).toEqual([1, 4]);
    expect(calls).toEqual([
      [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
      ],
      [
        [8, 9, 10, 11],
        [12, 13, 14, 15],
      ],
    ]);
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
