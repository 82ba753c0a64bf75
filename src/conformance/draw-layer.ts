import type { Affine, Constant, GateConstants, LstmLayer, Variant } from './conformance-case';
import { drawAffine, drawBias, drawCoefficients, drawWeights, magnitudeOf, scaled } from './draw-values';
import type { Random } from './random';

/** int8 values that run through a network, less their zero point, are about this large. */
const ACTIVATION_MAGNITUDE = 100;
/** Fraction bits of what layer norm multiplies its coefficients with, and so of the bias behind it. */
const NORMALIZED_UNIT = 1024;

/** Sizes and stages of a layer, from which the rest is drawn. */
export interface LayerRecipe {
  readonly variant: Variant;
  readonly inputs: number;
  readonly units: number;
  readonly outputs: number;
  /** How the input is quantized: the output of the layer before. */
  readonly input: Affine;
}

/**
 * Draws a layer. Scales are chosen from where the values should end: pre-activations between barely moving and saturated
 * ("hot"), sums before layer norm from almost constant to saturated, hidden values that fill an int8, or do not, or
 * overflow it. So every stage is met inside and outside saturation.
 */
export function drawLayer(random: Random, recipe: LayerRecipe): LstmLayer {
  const { variant, inputs, units, outputs } = recipe;
  const cellScaleLog2 = random.integer(-15, -9);
  const hidden = drawHidden(random);
  const output = drawOutput(random, variant, hidden);
  const drawing = { ...recipe, output, cellScaleLog2, isHot: random.chance(0.3) };
  return {
    kind: 'lstm',
    inputs,
    units,
    outputs,
    gates: {
      input: variant.coupledGates ? null : drawGate(random, drawing, true),
      forget: drawGate(random, drawing, true),
      cell: drawGate(random, drawing, false),
      output: drawGate(random, drawing, true),
    },
    projection: variant.projection ? drawProjection(random, drawing, hidden) : null,
    cellScaleLog2,
    cellClip: drawCellClip(random, cellScaleLog2),
    projectionClip: variant.projection ? drawProjectionClip(random, output) : 0,
    hidden,
    output,
  };
}

interface Drawing extends LayerRecipe {
  readonly output: Affine;
  readonly cellScaleLog2: number;
  readonly isHot: boolean;
}

/** Real values of -1 to 1, at a scale that fits them, or that leaves room, or that overflows. */
function drawHidden(random: Random): Affine {
  return random.chance(0.6) ? drawAffine(random, 1 / 160, 1 / 100) : drawAffine(random, 2 ** -10, 2 ** -5);
}

/** Without projection the output is the hidden value; converters say so, but files may say otherwise. */
function drawOutput(random: Random, { projection }: Variant, hidden: Affine): Affine {
  if (projection) return drawAffine(random, 2 ** -9, 2 ** -3);
  return random.chance(0.5) ? hidden : drawAffine(random, 2 ** -9, 2 ** -4);
}

function drawGate(random: Random, drawing: Drawing, mayPeep: boolean): GateConstants {
  const { variant, inputs, outputs, units, input, output } = drawing;
  const inputWeights = drawMatrix(random, drawing, inputs, input);
  const recurrentWeights = drawMatrix(random, drawing, outputs, output);
  const accumulated = Math.sqrt(inputs) * magnitudeOf(inputWeights.values) * ACTIVATION_MAGNITUDE;
  const layerNorm = variant.layerNorm ? drawLayerNorm(random, drawing, inputWeights) : null;
  return {
    inputWeights,
    recurrentWeights,
    bias:
      layerNorm === null
        ? drawBias(random, units, random.logReal(0.05, 5) * accumulated)
        : drawBias(
            random,
            units,
            random.logReal(0.05, 5) * magnitudeOf(layerNorm.coefficients.values) * NORMALIZED_UNIT,
          ),
    peephole: variant.peephole && mayPeep ? drawPeephole(random, drawing) : null,
    layerNorm,
  };
}

/** Weights whose product with an activation adds so much to a pre-activation, in real units. */
function drawMatrix(
  random: Random,
  drawing: Drawing,
  columns: number,
  activation: Affine,
): Constant<Int8Array> {
  const contribution = drawContribution(random, drawing);
  const perWeight = contribution / (Math.sqrt(columns) * ACTIVATION_MAGNITUDE * activation.scale);
  return scaled(drawWeights(random, drawing.units * columns), columns, perWeight);
}

/** Real-valued magnitude of a term of a pre-activation, which saturates at 8. */
function drawContribution(random: Random, { isHot }: Drawing): number {
  if (isHot) return random.logReal(3, 80);
  return random.chance(0.15) ? random.logReal(0.01, 0.2) : random.logReal(0.2, 3);
}

/** Cells are between -1 and 1 unless their scale cannot hold that. */
function drawPeephole(random: Random, drawing: Drawing): Constant<Int16Array> {
  const cellMagnitude = Math.min(1, 2 ** (14 + drawing.cellScaleLog2));
  const values = drawCoefficients(random, drawing.units);
  return scaled(values, values.length, drawContribution(random, drawing) / cellMagnitude);
}

function drawLayerNorm(
  random: Random,
  drawing: Drawing,
  inputWeights: Constant<Int8Array>,
): NonNullable<GateConstants['layerNorm']> {
  const { inputs, input } = drawing;
  const values = drawCoefficients(random, drawing.units);
  const realSum =
    Math.sqrt(inputs) *
    ACTIVATION_MAGNITUDE *
    input.scale *
    inputWeights.scale *
    magnitudeOf(inputWeights.values);
  const sumSteps = random.weighted([
    [10, random.logReal(0.5, 20)],
    [70, random.logReal(200, 12_000)],
    [20, random.logReal(12_000, 100_000)],
  ]);
  return {
    coefficients: scaled(values, values.length, drawContribution(random, drawing)),
    preActivationScale: Math.fround(realSum / sumSteps),
  };
}

function drawProjection(
  random: Random,
  { units, outputs, output }: Drawing,
  hidden: Affine,
): NonNullable<LstmLayer['projection']> {
  const values = drawWeights(random, outputs * units);
  const hiddenMagnitude = Math.min(ACTIVATION_MAGNITUDE, 0.5 / hidden.scale);
  const outputSteps = random.logReal(8, 300);
  const perWeight = (outputSteps * output.scale) / (Math.sqrt(units) * hiddenMagnitude * hidden.scale);
  const accumulated = Math.sqrt(units) * magnitudeOf(values) * hiddenMagnitude;
  return {
    weights: scaled(values, units, perWeight),
    bias: random.chance(0.5) ? drawBias(random, outputs, random.logReal(0.05, 3) * accumulated) : null,
  };
}

/** In half of the layers none; most others are met now and then, a few truncate to none, bind at once, or never do. */
function drawCellClip(random: Random, cellScaleLog2: number): number {
  const steps = random.weighted([
    [50, 0],
    [40, random.logReal(2000, 40_000)],
    [10, random.logReal(0.5, 2 ** 16)],
  ]);
  return Math.fround(steps * 2 ** cellScaleLog2);
}

/** As with cells. The bounds lie around 0, so that a zero point beyond them would leave a constant. */
function drawProjectionClip(random: Random, { scale, zeroPoint }: Affine): number {
  const steps = random.weighted([
    [50, 0],
    [40, Math.abs(zeroPoint) + random.logReal(5, 100)],
    [10, random.logReal(0.5, 200)],
  ]);
  return Math.fround(steps * scale);
}
