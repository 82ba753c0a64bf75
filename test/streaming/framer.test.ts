import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Framer } from '../../src/streaming';

it('cuts frames at every hop, however the samples come', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 12 }),
      (frame, wantedHop, pieces) => {
        const hop = Math.min(frame, wantedHop);
        const total = pieces.reduce((sum, size) => sum + size, 0);
        const samples = Float32Array.from({ length: total }, (_, index) => index + 1);
        const framer = new Framer({ frame, hop });
        let start = 0;
        const frames = pieces.flatMap((size) => {
          const cut = [...framer.push(samples.subarray(start, start + size))];
          start += size;
          return cut.map((values) => [...values]);
        });
        const expected: number[][] = [];
        for (let at = 0; at + frame <= total; at += hop) expected.push([...samples.subarray(at, at + frame)]);
        expect(frames).toEqual(expected);
      },
    ),
  );
});

it('starts over after a reset, and says what sizes make sense', () => {
  const framer = new Framer({ frame: 4, hop: 2 });
  expect([...framer.push(Float32Array.of(1, 2, 3, 4, 5))]).toHaveLength(1);
  framer.reset();
  expect([...framer.push(Float32Array.of(6, 7, 8, 9))]).toEqual([Float32Array.of(6, 7, 8, 9)]);
  expect(() => new Framer({ frame: 0 })).toThrow('frame is 0 samples');
  expect(() => new Framer({ frame: 4, hop: 5 })).toThrow('hop is 5 samples; at most');
});

it('frames web streams', async () => {
  const pieces = new ReadableStream<Float32Array>({
    start(controller) {
      for (const size of [3, 3, 3]) controller.enqueue(new Float32Array(size).fill(size));
      controller.close();
    },
  });
  const frames: number[] = [];
  for await (const frame of pieces.pipeThrough(new Framer({ frame: 4 }).transform()))
    frames.push(frame.length);
  expect(frames).toEqual([4, 4]);
});
