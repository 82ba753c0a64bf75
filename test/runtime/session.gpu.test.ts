import { describe, expect, it } from 'vitest';
import { DisposedError, InputError, LimitError } from '../../src/errors';
import { dequantizeValues, quantizeValues } from '../../src/lower/real-values';
import { Model } from '../../src/runtime/model';
import type { Session } from '../../src/runtime/session';
import { describeBackends } from '../support/backends';
import type { LoadGraph } from '../support/backends';
import { quantizationOf } from '../support/integer-lstm';
import { Random } from '../support/random';
import { bidirectional, FEATURES, OUTPUTS, twoLayers } from '../support/test-graphs';

/** Rows `[batch, time, elements]` cut to some timesteps. */
function takeTime(values: Int8Array, batch: number, from: number, to: number): Int8Array {
  const perRow = values.length / batch;
  const elements = FEATURES;
  return Int8Array.from(
    Array.from({ length: batch }, (_, row) => [
      ...values.subarray(row * perRow + from * elements, row * perRow + to * elements),
    ]).flat(),
  );
}

/** One batch row of `[batch, ...]`. */
function rowOf(values: Int8Array, batch: number, row: number): number[] {
  const perRow = values.length / batch;
  return [...values.subarray(row * perRow, (row + 1) * perRow)];
}

/** `[batch, time, elements]` with batch and time exchanged. */
function transpose(values: Int8Array, batch: number, timesteps: number): Int8Array {
  const elements = values.length / batch / timesteps;
  return Int8Array.from(values, (_, index) => {
    const [time, rest] = [Math.floor(index / batch / elements), index % (batch * elements)];
    const [row, element] = [Math.floor(rest / elements), rest % elements];
    return values[(row * timesteps + time) * elements + element]!;
  });
}

async function open(load: LoadGraph, batch = 2, graph = twoLayers()): Promise<Session> {
  return (await load(graph)).createSession({ batch });
}

describeBackends('a session', (load) => {
  it('carries its state over: one call, two, or one per timestep', async () => {
    const [batch, timesteps] = [2, 20];
    const input = new Random(1).int8(batch * timesteps * FEATURES);
    const model = await load(twoLayers());
    const runs = await Promise.all(
      [[20], [7, 13], Array<number>(20).fill(1)].map(async (parts) => {
        const session = model.createSession({ batch });
        const rows: number[][] = Array.from({ length: batch }, () => []);
        let start = 0;
        for (const part of parts) {
          const output = await session.run(takeTime(input, batch, start, start + part));
          for (let row = 0; row < batch; row++) rows[row]!.push(...rowOf(output, batch, row));
          start += part;
        }
        return { rows, state: await session.saveState() };
      }),
    );
    expect(new Set(runs[0]!.rows.flat()).size).toBeGreaterThan(20);
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).toEqual(runs[0]);
    model.dispose();
  });

  it('computes the same bits as the reference, trace and all', async () => {
    const input = new Random(2).int8(2 * 5 * FEATURES);
    const reference = await Model.fromGraph(twoLayers(), { backend: 'reference' });
    const traces = await Promise.all(
      [await open(load), reference.createSession({ batch: 2 })].map(async (session) => {
        const seen: unknown[] = [];
        const output = await session.run(input, { onTrace: (trace) => seen.push(trace) });
        return { output, seen, state: await session.saveState() };
      }),
    );
    expect(traces[0]).toEqual(traces[1]);
  });

  it('resets all batch rows, or some', async () => {
    const session = await open(load, 3);
    const random = new Random(3);
    const fresh = await session.saveState();
    const input = random.int8(3 * 4 * FEATURES);
    const first = await session.run(input);
    const used = await session.saveState();
    session.reset([2, 0]);
    const reset = await session.saveState();
    reset.layers.forEach(({ hidden, cell }, index) => {
      for (const row of [0, 1, 2]) {
        const source = (row === 1 ? used : fresh).layers[index]!;
        expect(rowOf(hidden, 3, row)).toEqual(rowOf(source.hidden, 3, row));
        const units = cell.length / 3;
        expect(cell.slice(row * units, (row + 1) * units)).toEqual(
          source.cell.slice(row * units, (row + 1) * units),
        );
      }
    });
    const second = await session.run(input);
    expect(rowOf(second, 3, 0)).toEqual(rowOf(first, 3, 0));
    expect(rowOf(second, 3, 1)).not.toEqual(rowOf(first, 3, 1));
    expect(rowOf(second, 3, 2)).toEqual(rowOf(first, 3, 2));
    session.reset();
    expect(await session.saveState()).toEqual(fresh);
    expect(await session.run(input)).toEqual(first);
    session.reset([]);
    session.reset([1]);
    session.reset([1]);
    expect(rowOf(await session.run(input), 3, 1)).toEqual(rowOf(first, 3, 1));
  });

  it('saves some batch rows, and loads them into others', async () => {
    const session = await open(load, 3);
    await session.run(new Random(41).int8(3 * 4 * FEATURES));
    const before = await session.saveState();
    const rows = await session.saveState([2, 0]);
    expect(rows.batch).toBe(2);
    session.loadState(rows, [0, 1]);
    const after = await session.saveState();
    for (const [to, from] of [2, 0, 2].entries()) {
      after.layers.forEach(({ hidden, cell }, index) => {
        const source = before.layers[index]!;
        const units = cell.length / 3;
        expect(rowOf(hidden, 3, to)).toEqual(rowOf(source.hidden, 3, from));
        expect(cell.slice(to * units, (to + 1) * units)).toEqual(
          source.cell.slice(from * units, (from + 1) * units),
        );
      });
    }
    const other = await open(load, 3);
    other.loadState(after);
    const input = new Random(42).int8(3 * 2 * FEATURES);
    expect(await session.run(input)).toEqual(await other.run(input));
    expect(() => {
      session.loadState(rows, [1, 1]);
    }).toThrow('a batch row is named twice in 1, 1');
    expect(() => {
      session.loadState(rows, [1]);
    }).toThrow('the state has a batch of 2, the batch rows to load are 1');
    await expect(session.saveState([3])).rejects.toThrow('saveState: there is no batch row 3');
  });

  it('goes on from a saved state, also from the other backend', async () => {
    const random = new Random(4);
    const [one, two] = [random.int8(2 * 3 * FEATURES), random.int8(2 * 3 * FEATURES)];
    const model = await load(twoLayers());
    const reference = await Model.fromGraph(twoLayers(), { backend: 'reference' });
    const session = model.createSession({ batch: 2 });
    await session.run(one);
    const saved = await session.saveState();
    const expected = await session.run(two);
    for (const other of [session, model.createSession({ batch: 2 }), reference.createSession({ batch: 2 })]) {
      other.loadState(saved);
      expect(await other.saveState()).toEqual(saved);
      expect(await other.run(two)).toEqual(expected);
    }
    const elsewhere = reference.createSession({ batch: 2 });
    await elsewhere.run(one);
    session.loadState(await elsewhere.saveState());
    expect(await session.run(two)).toEqual(expected);
  });

  it('gives out copies of its state and takes copies', async () => {
    const session = await open(load);
    const input = new Random(5).int8(2 * 2 * FEATURES);
    await session.run(input);
    const saved = await session.saveState();
    const kept = structuredClone(saved);
    session.loadState(saved);
    for (const { hidden, cell } of saved.layers) {
      hidden.fill(1);
      cell.fill(2);
    }
    expect(await session.saveState()).toEqual(kept);
  });

  it('keeps sessions of one model apart', async () => {
    const model = await load(twoLayers());
    const random = new Random(6);
    const inputs = Array.from({ length: 4 }, () => random.int8(2 * FEATURES));
    const alone = await Promise.all(
      [inputs, inputs.toReversed()].map(async (list) => {
        const session = model.createSession({ batch: 2 });
        const outputs: Int8Array[] = [];
        for (const input of list) outputs.push(await session.run(input));
        return outputs;
      }),
    );
    const [a, b] = [model.createSession({ batch: 2 }), model.createSession({ batch: 2 })];
    const together = inputs.map((input, index) => [a.run(input), b.run(inputs.at(-1 - index)!)] as const);
    for (const [index, [fromA, fromB]] of together.entries()) {
      expect(await fromA).toEqual(alone[0]![index]);
      expect(await fromB).toEqual(alone[1]![index]);
    }
  });

  it("computes a batch row from that row alone, whatever the batch, the file's or a larger one", async () => {
    const model = await load(twoLayers());
    const random = new Random(7);
    const [batch, timesteps] = [4, 3];
    const input = random.int8(batch * timesteps * FEATURES);
    const together = await model.createSession({ batch }).run(input);
    for (let row = 0; row < batch; row++) {
      const alone = await model.createSession().run(Int8Array.from(rowOf(input, batch, row)));
      expect([...alone], `row ${row}`).toEqual(rowOf(together, batch, row));
    }
    const changed = input.slice().fill(-128, 2 * timesteps * FEATURES, 3 * timesteps * FEATURES);
    const others = await model.createSession({ batch }).run(changed);
    for (const row of [0, 1, 3]) expect(rowOf(others, batch, row)).toEqual(rowOf(together, batch, row));
    expect(rowOf(others, batch, 2)).not.toEqual(rowOf(together, batch, 2));
  });

  it('takes time-major models as they are', async () => {
    const [batch, timesteps] = [2, 4];
    const input = new Random(8).int8(batch * timesteps * FEATURES);
    const expected = await (await open(load)).run(input);
    const session = await open(load, batch, twoLayers({ timeMajor: true }));
    const output = await session.run(transpose(input, batch, timesteps));
    expect(output).toEqual(transpose(expected, batch, timesteps));
  });

  describe('with lengths', () => {
    const [batch, timesteps] = [4, 5];
    const lengths = Int32Array.of(5, 2, 0, 4);

    it('stops each row at its own: state kept, output the zero point', async () => {
      const model = await load(twoLayers());
      const input = new Random(9).int8(batch * timesteps * FEATURES);
      const session = model.createSession({ batch });
      const before = await session.run(input);
      const output = await session.run(input, { lengths });
      const state = await session.saveState();
      const zeroPoint = quantizationOf(model.graph, model.graph.outputs[0]!).zeroPoints[0]!;
      for (let row = 0; row < batch; row++) {
        const length = lengths[row]!;
        const alone = model.createSession({ batch: 1 });
        const rowInput = Int8Array.from(rowOf(input, batch, row));
        expect([...(await alone.run(rowInput))]).toEqual(rowOf(before, batch, row));
        const expected = length === 0 ? [] : [...(await alone.run(rowInput.slice(0, length * FEATURES)))];
        const padding = Array<number>((timesteps - length) * OUTPUTS).fill(zeroPoint);
        expect(rowOf(output, batch, row), `row ${row}`).toEqual([...expected, ...padding]);
        (await alone.saveState()).layers.forEach(({ hidden, cell }, index) => {
          const layer = state.layers[index]!;
          expect(rowOf(layer.hidden, batch, row)).toEqual([...hidden]);
          expect(layer.cell.slice(row * cell.length, (row + 1) * cell.length)).toEqual(cell);
        });
      }
    });

    it('and forgets them with the next call', async () => {
      const session = await open(load, batch);
      const input = new Random(10).int8(batch * timesteps * FEATURES);
      const expected = await session.run(input);
      await session.run(input, { lengths });
      session.reset();
      expect(await session.run(input)).toEqual(expected);
    });

    it('reads each row backwards from its own end', async () => {
      const model = await load(bidirectional());
      const [name, forwardName, reverseName] = [...model.graph.inputs, ...model.graph.outputs].map(
        (id) => model.graph.tensors[id]!.name,
      );
      const input = new Random(11).int8(batch * timesteps * FEATURES);
      const session = model.createSession({ batch });
      const outputs = await session.runNamed({ [name!]: input }, { lengths });
      const state = await session.saveState();
      for (let row = 0; row < batch; row++) {
        const length = lengths[row]!;
        if (length === 0) continue;
        const alone = model.createSession({ batch: 1 });
        const rowInput = Int8Array.from(rowOf(input, batch, row)).slice(0, length * FEATURES);
        const expected = await alone.runNamed({ [name!]: rowInput });
        for (const end of [forwardName!, reverseName!]) {
          const found = rowOf(outputs[end] as Int8Array, batch, row);
          expect(found.slice(0, length * 5), `row ${row} of ${end}`).toEqual([...expected[end]!]);
        }
        (await alone.saveState()).layers.forEach(({ layer, hidden }, index) => {
          expect(state.layers[index]!.layer).toBe(layer);
          expect(rowOf(state.layers[index]!.hidden, batch, row)).toEqual([...hidden]);
        });
      }
    });
  });

  it('streams frames', async () => {
    const model = await load(twoLayers());
    const input = new Random(12).int8(2 * 6 * FEATURES);
    const expected = await model.createSession({ batch: 2 }).run(input);
    async function* frames(): AsyncGenerator<Int8Array> {
      for (let time = 0; time < 6; time += 2) {
        await Promise.resolve();
        yield takeTime(input, 2, time, time + 2);
      }
    }
    const rows: number[][] = [[], []];
    for await (const output of model.createSession({ batch: 2 }).stream(frames())) {
      rows.forEach((row, index) => row.push(...rowOf(output, 2, index)));
    }
    expect(rows).toEqual([rowOf(expected, 2, 0), rowOf(expected, 2, 1)]);
  });

  it('quantizes float32 inputs and dequantizes outputs, of integer and of float models', async () => {
    const graph = twoLayers();
    const [x, y] = [quantizationOf(graph, graph.inputs[0]!), quantizationOf(graph, graph.outputs[0]!)];
    const random = new Random(13);
    const real = Float32Array.from({ length: 2 * 3 * FEATURES }, () => random.real() * 12 - 6);
    real[0] = Infinity;
    real[1] = -Infinity;
    const integers = quantizeValues('x', real, x);
    const expected = dequantizeValues(await (await open(load)).run(integers), y);
    expect(await (await open(load)).run(real)).toEqual(expected);
    const float = await open(load, 2, twoLayers({ isFloat: true }));
    expect(await float.run(real)).toEqual(expected);
    await expect(float.run(integers)).rejects.toThrow('is float32; pass a Float32Array');
  });

  it('runs calls in the order in which they are made, resets and states among them', async () => {
    const session = await open(load);
    const random = new Random(14);
    const [one, two] = [random.int8(2 * 2 * FEATURES), random.int8(2 * 2 * FEATURES)];
    const calls: Promise<unknown>[] = [];
    calls.push(session.run(one), session.run(two), session.saveState());
    session.reset();
    calls.push(session.run(two));
    session.reset([1]);
    const reused = one.slice();
    calls.push(session.run(reused));
    reused.fill(0);
    const results = await Promise.all(calls);

    const again = await open(load);
    expect(results[0]).toEqual(await again.run(one));
    expect(results[1]).toEqual(await again.run(two));
    const saved = await again.saveState();
    expect(results[2]).toEqual(saved);
    again.reset();
    expect(results[3]).toEqual(await again.run(two));
    again.reset([1]);
    expect(results[4]).toEqual(await again.run(one));
    again.loadState(saved);
    expect(await again.saveState()).toEqual(saved);
  });

  it('is as it was after a call that fails', async () => {
    const session = await open(load);
    const input = new Random(15).int8(2 * 2 * FEATURES);
    await session.run(input);
    const saved = await session.saveState();
    const aborted = AbortSignal.abort(new Error('no longer wanted'));
    const failing: [() => Promise<unknown>, string | RegExp][] = [
      [() => session.run(new Int8Array(0)), /has 0 values; with a batch of 2, whole timesteps of 6/],
      [() => session.run(new Int8Array(7)), /has 7 values; with a batch of 2, whole timesteps of 6/],
      [() => session.run(new Float32Array(6).fill(NaN)), /value 0 is not a number/],
      [() => session.run([1, 2, 3] as unknown as Int8Array), /must be an Int8Array or a Float32Array/],
      [() => session.run(undefined as unknown as Int8Array), /must be an Int8Array or a Float32Array/],
      [() => session.run(new Uint8Array(6) as unknown as Int8Array), /must be an Int8Array or/],
      [() => session.run(new Int8Array(6), { lengths: Int32Array.of(1) }), /one per batch row is 2/],
      [() => session.run(new Int8Array(6), { lengths: Int32Array.of(1, 2) }), 'lengths[1] is 2; 0 to 1'],
      [() => session.run(new Int8Array(6), { lengths: Int32Array.of(-1, 0) }), 'lengths[0] is -1; 0 to 1'],
      [
        () => session.run(new Int8Array(6), { lengths: [0.5, 1] as unknown as Int32Array }),
        'lengths[0] is 0.5; 0 to 1',
      ],
      [() => session.runNamed({ nothing: input }), 'there is no input "nothing"; the model\'s are "t0"'],
      [() => session.runNamed({}), 'input "t0" must be an Int8Array or a Float32Array'],
      [() => session.run(input, { signal: aborted }), 'no longer wanted'],
    ];
    for (const [call, message] of failing) await expect(call()).rejects.toThrow(message);
    expect(await session.saveState()).toEqual(saved);
    const next = await session.run(input);
    session.loadState(saved);
    expect(await session.run(input)).toEqual(next);
  });

  it.each([[0], [-1], [1.5], [NaN], ['2'], [2 ** 60]])('refuses a batch of %s', async (batch) => {
    const model = await load(twoLayers());
    expect(() => model.createSession({ batch: batch as number })).toThrow(InputError);
  });

  it('refuses a batch that no memory holds, at once', async () => {
    const model = await load(twoLayers());
    for (const batch of [10 ** 9, 2 ** 40]) {
      expect(() => model.createSession({ batch })).toThrow(LimitError);
    }
  });

  it('refuses what is not its state', async () => {
    const session = await open(load);
    const saved = await session.saveState();
    const [first, second] = saved.layers;
    const wrong: [unknown, RegExp][] = [
      [{ ...saved, batch: 3 }, /a batch of 3, this session 2/],
      [{ ...saved, layers: [first] }, /has 1 layers, this model 2/],
      [{ ...saved, layers: [second, first] }, /layer 0 is lstm_1 .* this model's is lstm_0/],
      [
        { ...saved, layers: [{ ...first, hidden: first!.hidden.slice(1) }, second] },
        /with 9 hidden and 10 cell values; this model's is lstm_0 with 10 and 10/,
      ],
      [{ ...saved, layers: [{ ...first, cell: [...first!.cell] }, second] }, /must hold an Int8Array/],
    ];
    for (const [state, message] of wrong) {
      expect(() => {
        session.loadState(state as typeof saved);
      }).toThrow(message);
    }
    expect(() => {
      session.reset([2]);
    }).toThrow('reset: there is no batch row 2; the session has 2');
  });

  it('says which call to use for several outputs', async () => {
    const session = await open(load, 1, bidirectional());
    await expect(session.run(new Int8Array(FEATURES))).rejects.toThrow(
      'the model has 1 inputs and 2 outputs; use runNamed',
    );
  });

  it('is unusable once disposed of, calls that wait for their turn included', async () => {
    const model = await load(twoLayers());
    const session = model.createSession({ batch: 2 });
    const input = new Int8Array(2 * 2 * FEATURES);
    const pending = [session.run(input), session.run(input), session.saveState()].map((call) =>
      call.catch((error: unknown) => error),
    );
    session.dispose();
    session.dispose();
    for (const outcome of await Promise.all(pending)) expect(outcome).toBeInstanceOf(DisposedError);
    await expect(session.run(input)).rejects.toThrow(DisposedError);
    await expect(session.saveState()).rejects.toThrow(DisposedError);
    expect(() => {
      session.reset();
    }).toThrow('this session was disposed; create another from the model');

    const other = model.createSession({ batch: 2 });
    await other.run(input);
    model.dispose();
    model.dispose();
    await expect(other.run(input)).rejects.toThrow(DisposedError);
    expect(() => model.createSession()).toThrow('this model was disposed; load it again');
    await expect(model.diagnostics()).rejects.toThrow(DisposedError);
  });
});
