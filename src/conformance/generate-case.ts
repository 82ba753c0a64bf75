import type { ConformanceCase, Layer, SequenceOrder, Variant } from './conformance-case';
import { variantName } from './conformance-case';
import { drawInput } from './draw-inputs';
import { drawLayer } from './draw-layer';
import { drawAffine } from './draw-values';
import { Random } from './random';
import { rowIndex } from './sequence-rows';

/** Which sizes a run draws from. */
export interface SizeProfile {
  /** Of units, outputs and features; each is drawn often. */
  readonly notable: readonly [number, ...number[]];
  /** Any size up to here is drawn, too. */
  readonly most: number;
  /** Now and then, units up to here. */
  readonly mostUnits: number;
  readonly batches: readonly [number, ...number[]];
  readonly mostTimesteps: number;
}

/** All sizes, those around powers of two, vector and tile widths most of all. */
export const ANY_SIZE: SizeProfile = {
  notable: [
    1, 2, 3, 4, 5, 7, 8, 9, 13, 15, 16, 17, 24, 31, 32, 33, 47, 48, 49, 63, 64, 65, 80, 96, 100, 127, 128,
    129, 130, 140,
  ],
  most: 140,
  mostUnits: 520,
  batches: [1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 17],
  mostTimesteps: 30,
};

/**
 * Sizes that share kernels: on software drivers a kernel takes seconds to compile, and there is one per number of batch
 * rows in a tile, and per width of a layer.
 */
export const FEW_KERNELS: SizeProfile = {
  notable: [1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64],
  most: 64,
  mostUnits: 64,
  batches: [1, 3, 4],
  mostTimesteps: 20,
};

/** Multiplications of a case; timesteps and batch make way for what would be more. */
const MOST_WORK = 12_000_000;

/**
 * The case of this index in the run of this seed: equal arguments give equal cases. Indices go through the 16 variants
 * in turn, so that a run of any length covers them evenly.
 */
export function generateCase(seed: number, index: number, profile = ANY_SIZE): ConformanceCase {
  const random = Random.ofCase(seed, index);
  const order = random.weighted<SequenceOrder>([
    [55, 'batchMajor'],
    [30, 'timeMajor'],
    [15, 'oneStep'],
  ]);
  const sizes = {
    batch: random.pick(profile.batches),
    timesteps: order === 'oneStep' ? 1 : random.integer(1, profile.mostTimesteps),
  };
  const input = drawAffine(random, 2 ** -9, 2 ** -2);
  const features = drawSize(random, profile);
  const variant = variantOfIndex(index);
  const first = drawNextLayer(random, profile, variant, { features, input, units: null });
  const layers: [Layer, ...Layer[]] = [first];
  const depth = random.weighted([
    [60, 1],
    [28, 2],
    [9, 3],
    [3, 4],
  ]);
  // Layers alike run together on one of the paths. From a stream of its own, so that models of one layer stay what they were.
  const areAlike = Random.ofCase(~seed, index).chance(0.4);
  let last = first;
  while (layers.length < depth) {
    const next = areAlike || random.chance(0.7) ? variant : variantOfIndex(random.integer(0, 15));
    const units = areAlike ? last.units : null;
    last = drawNextLayer(random, profile, next, { features: last.outputs, input: last.output, units });
    layers.push(last);
  }
  const { batch, timesteps } = affordable(layers, sizes);
  const draw = (): Int8Array =>
    drawInput(random, { batch, timesteps, features }, input.zeroPoint, rowIndex(order, batch, timesteps));
  const further = Array.from({ length: order === 'oneStep' ? random.integer(1, 5) : 1 }, draw);
  return {
    name: [
      seed,
      String(index).padStart(5, '0'),
      variantName(variant),
      ...(depth > 1 ? [`${depth}l`] : []),
    ].join('-'),
    batch,
    timesteps,
    order,
    input,
    layers,
    calls: [draw(), ...further],
  };
}

function variantOfIndex(index: number): Variant {
  return {
    coupledGates: (index & 1) !== 0,
    peephole: (index & 2) !== 0,
    projection: (index & 4) !== 0,
    layerNorm: (index & 8) !== 0,
  };
}

function drawSize(random: Random, { notable, most }: SizeProfile): number {
  return random.weighted([
    [50, random.pick(notable)],
    [25, random.integer(1, Math.min(most, 40))],
    [25, random.integer(1, most)],
  ]);
}

/** TFLite computes peephole connections of a projected layer only where both sizes agree, so they often do. */
function drawNextLayer(
  random: Random,
  profile: SizeProfile,
  variant: Variant,
  {
    features,
    input,
    units: givenUnits,
  }: { readonly features: number; readonly input: Layer['output']; readonly units: number | null },
): Layer {
  const units =
    givenUnits ?? (random.chance(0.04) ? random.integer(1, profile.mostUnits) : drawSize(random, profile));
  const isSquare = !variant.projection || random.chance(variant.peephole ? 0.7 : 0.1);
  return drawLayer(random, {
    variant,
    inputs: features,
    units,
    outputs: isSquare ? units : drawSize(random, profile),
    input,
  });
}

/** Fewer timesteps, then a smaller batch, until the calls are within reach of slow backends. */
function affordable(
  layers: readonly Layer[],
  sizes: { readonly batch: number; readonly timesteps: number },
): { readonly batch: number; readonly timesteps: number } {
  const perStep = layers.reduce(
    (sum, { inputs, units, outputs, projection }) =>
      sum + 4 * units * (inputs + outputs) + (projection === null ? 0 : units * outputs),
    0,
  );
  const timesteps = Math.max(
    Math.min(sizes.timesteps, 3),
    Math.min(sizes.timesteps, Math.floor(MOST_WORK / (perStep * sizes.batch))),
  );
  const batch = Math.max(1, Math.min(sizes.batch, Math.floor(MOST_WORK / (perStep * timesteps))));
  return { batch, timesteps };
}
