import type { LstmVariant } from '../contract/lstm-layout';

/** One LSTM layer of a benchmarked network. */
export interface BenchLayer {
  readonly units: number;
  /** Elements of the projected output; null without projection. */
  readonly projection: number | null;
  readonly variant: Omit<LstmVariant, 'projection'>;
}

/** A network and the size of one call to it. */
export interface BenchShape {
  readonly name: string;
  readonly what: string;
  readonly inputElements: number;
  readonly layers: readonly [BenchLayer, ...BenchLayer[]];
  readonly timesteps: number;
  readonly batch: number;
}

const PLAIN = { layerNorm: false, peephole: false, coupledGates: false } as const;

function plain(units: number): BenchLayer {
  return { units, projection: null, variant: PLAIN };
}

/** The shapes whose figures are published; `I, H, T, B` are input, units, timesteps and batch. */
export const SHAPES: readonly BenchShape[] = [
  {
    name: 'S1',
    what: 'speech, one sequence',
    inputElements: 257,
    layers: [plain(128)],
    timesteps: 100,
    batch: 1,
  },
  {
    name: 'S2',
    what: 'a streaming frame',
    inputElements: 257,
    layers: [plain(128)],
    timesteps: 1,
    batch: 1,
  },
  {
    name: 'S3',
    what: 'medium, one sequence',
    inputElements: 512,
    layers: [plain(512)],
    timesteps: 100,
    batch: 1,
  },
  {
    name: 'S4',
    what: 'medium, batched',
    inputElements: 512,
    layers: [plain(512)],
    timesteps: 100,
    batch: 32,
  },
  {
    name: 'S5',
    what: 'large, one sequence',
    inputElements: 640,
    layers: [plain(2048)],
    timesteps: 50,
    batch: 1,
  },
  {
    name: 'S6',
    what: 'large, batched',
    inputElements: 1024,
    layers: [plain(1024)],
    timesteps: 100,
    batch: 16,
  },
  {
    name: 'S7',
    what: '256 live streams, one frame each',
    inputElements: 128,
    layers: [plain(128), plain(128)],
    timesteps: 1,
    batch: 256,
  },
  {
    name: 'S8',
    what: 'speech encoder layer: layer norm, projection, CIFG',
    inputElements: 640,
    layers: [
      { units: 2048, projection: 640, variant: { layerNorm: true, peephole: false, coupledGates: true } },
    ],
    timesteps: 50,
    batch: 8,
  },
];

/** int8 multiply-accumulates of one call: gates of input and state, and projections. */
export function macsOf({ inputElements, layers, timesteps, batch }: BenchShape): number {
  let depth = inputElements;
  let perStep = 0;
  for (const { units, projection, variant } of layers) {
    const output = projection ?? units;
    perStep += units * (variant.coupledGates ? 3 : 4) * (depth + output);
    if (projection !== null) perStep += units * projection;
    depth = output;
  }
  return perStep * timesteps * batch;
}

/** int8 weights of the network. */
export function weightBytesOf(shape: BenchShape): number {
  return macsOf({ ...shape, timesteps: 1, batch: 1 });
}

/**
 * A plain layer of sizes as a user writes them, `input x units x timesteps x batch`: `64x32x10x1`.
 *
 * @returns null if the text is no such sizes
 */
export function customShape(text: string): BenchShape | null {
  if (!/^[1-9]\d*(x[1-9]\d*){3}$/.test(text)) return null;
  const [inputElements = 1, units = 1, timesteps = 1, batch = 1] = text.split('x').map(Number);
  return { name: text, what: 'sizes of your own', inputElements, layers: [plain(units)], timesteps, batch };
}
