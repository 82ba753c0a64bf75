import type { LstmVariant } from '../contract/lstm-layout';
import { InputError } from '../errors';

/** One LSTM layer of a benchmarked network. */
export interface BenchLayer {
  /** Cells of the layer. */
  readonly units: number;
  /** Elements of the projected output; null without projection. */
  readonly projection: number | null;
  /** Which of the other options the layer has. */
  readonly variant: Omit<LstmVariant, 'projection'>;
}

/** A network and the size of one call to it. */
export interface BenchShape {
  /** Short, as tables have it: `S1`. */
  readonly name: string;
  /** What such a network is used for, in a few words. */
  readonly what: string;
  /** Features of a timestep. */
  readonly inputElements: number;
  /** From the input on. */
  readonly layers: readonly [BenchLayer, ...BenchLayer[]];
  /** Of one call. */
  readonly timesteps: number;
  /** Sequences of one call. */
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
 * A shape as a user writes it: input, units, timesteps and batch, then options of its layers: `64,32,10,1`,
 * `640,2048,50,8,ln,proj=640,cifg`, `128,128,1,256,layers=2`.
 *
 * @throws InputError saying what is wrong with the text.
 */
export function parseShape(text: string): BenchShape {
  const words = text.split(',').map((word) => word.trim());
  const sizes = words.slice(0, 4);
  if (sizes.length < 4 || !sizes.every(isSize)) {
    throw new InputError(
      `"${text}" does not begin with four sizes, input, units, timesteps and batch, such as 64,32,10,1`,
    );
  }
  const [inputElements = 1, units = 1, timesteps = 1, batch = 1] = sizes.map(Number);
  let layers = 1;
  let projection: number | null = null;
  const variant = { layerNorm: false, peephole: false, coupledGates: false };
  for (const word of words.slice(4)) {
    const [key, value, ...rest] = word.split('=');
    const size = value !== undefined && rest.length === 0 && isSize(value) ? Number(value) : null;
    if (word === 'ln') variant.layerNorm = true;
    else if (word === 'peep') variant.peephole = true;
    else if (word === 'cifg') variant.coupledGates = true;
    else if (key === 'proj' && size !== null) projection = size;
    else if (key === 'layers' && size !== null) layers = size;
    else {
      throw new InputError(
        `"${text}": "${word}" is none of the options ln, peep, cifg, proj=SIZE, layers=COUNT`,
      );
    }
  }
  const layer: BenchLayer = { units, projection, variant };
  return {
    name: text,
    what: 'sizes of your own',
    inputElements,
    layers: [layer, ...Array.from({ length: layers - 1 }, () => layer)],
    timesteps,
    batch,
  };
}

function isSize(text: string): boolean {
  return /^[1-9]\d{0,8}$/.test(text);
}
