import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameRelay } from '../../src/streaming/worklet/frame-relay';

/** Sound of 1, 2, 3, ... through a relay, a quantum at a time; what is sent comes back as `answer` has it. */
function play(
  sizes: { readonly frame: number; readonly delay: number; readonly mostUnderWay?: number },
  { quantum, quanta }: { readonly quantum: number; readonly quanta: number },
  answer: (relay: FrameRelay, sent: [number, Float32Array][], time: number) => void,
): { readonly relay: FrameRelay; readonly heard: number[] } {
  const sent: [number, Float32Array][] = [];
  const relay = new FrameRelay({
    mostUnderWay: 1000,
    ...sizes,
    send: (index, samples) => sent.push([index, samples]),
  });
  const heard: number[] = [];
  for (let time = 0; time < quanta; time++) {
    relay.take(Float32Array.from({ length: quantum }, (_, index) => time * quantum + index + 1));
    const output = new Float32Array(quantum);
    relay.fill(output);
    heard.push(...output);
    answer(relay, sent, time);
  }
  return { relay, heard };
}

const SIZES = fc.record({ frame: fc.integer({ min: 1, max: 9 }), delay: fc.integer({ min: 0, max: 3 }) });
const CLOCK = fc.record({ quantum: fc.integer({ min: 1, max: 9 }), quanta: fc.integer({ min: 1, max: 30 }) });

describe('what comes back at once', () => {
  it('is played whole, delayed by a frame and the delay, whatever frame and quantum are', () => {
    fc.assert(
      fc.property(SIZES, CLOCK, (sizes, clock) => {
        const { frame, delay } = sizes;
        const lag = (1 + delay) * frame;
        // A result is asked for before it can be given where a quantum is longer than the delay allows.
        fc.pre(clock.quantum <= delay * frame + 1);
        const { relay, heard } = play(sizes, clock, (to, sent) => {
          for (const [index, samples] of sent.splice(0)) to.give(index, samples);
        });
        expect(heard).toEqual(heard.map((_, time) => Math.max(0, time + 1 - lag)));
        const frames = Math.floor((clock.quantum * clock.quanta) / frame);
        expect(relay.counts).toMatchObject({ sent: frames, late: 0, dropped: 0 });
      }),
    );
  });
});

describe('what comes back late', () => {
  it('or never is silence, and each of its frames is counted', () => {
    const { relay, heard } = play({ frame: 4, delay: 1 }, { quantum: 4, quanta: 6 }, () => undefined);
    expect(heard.every((sample) => sample === 0)).toBe(true);
    // Frames 0 to 3 were due at quanta 2 to 5.
    expect(relay.counts).toEqual({ sent: 6, played: 0, late: 4, dropped: 0 });
  });

  it('by one frame is not played halfway, and those behind it are on time', () => {
    const { relay, heard } = play({ frame: 4, delay: 1 }, { quantum: 2, quanta: 10 }, (to, sent, time) => {
      // Frame 0 is due with quantum 4, and comes when half of it should have been played.
      if (time < 4) return;
      for (const [index, samples] of sent.splice(0)) to.give(index, samples);
    });
    expect(heard.slice(8)).toEqual([0, 0, 0, 0, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(relay.counts).toEqual({ sent: 5, played: 2, late: 1, dropped: 0 });
  });

  it('and out of order finds its place', () => {
    const { heard } = play({ frame: 2, delay: 3 }, { quantum: 2, quanta: 8 }, (to, sent, time) => {
      if (time % 2 === 0) return;
      for (const [index, samples] of sent.splice(0).reverse()) to.give(index, samples);
    });
    expect(heard.slice(8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

it('drops what is too much at a time, and goes on once answers come', () => {
  const { relay, heard } = play(
    { frame: 2, delay: 1, mostUnderWay: 2 },
    { quantum: 2, quanta: 9 },
    (to, sent, time) => {
      if (time < 4) return;
      for (const [index, samples] of sent.splice(0)) to.give(index, samples);
    },
  );
  // Frames 2 to 4 found two others under way; frames 0 and 1 came back when they were past.
  expect(relay.counts).toEqual({ sent: 6, played: 2, late: 2, dropped: 3 });
  expect(heard.slice(14)).toEqual([11, 12, 13, 14]);
});
