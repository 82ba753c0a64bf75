import type { QuantizedMultiplier } from '../arith';
import type {
  LayerNormParameters,
  LstmDirectionParameters,
  LstmGateParameters,
  LstmProjectionParameters,
} from '../contract/lstm-parameters';
import { at, ModelFormatError } from '../errors';
import type { GateName, Graph, LstmDirection, LstmGateTensors, LstmOp, TensorId } from '../model';
import { effectiveBias } from './accumulator';
import { int16Constant, int32Constant, int8Constant, scaleOf, tensorOf, zeroPointOf } from './constants';
import { effectiveMultiplier } from './effective-multiplier';
import { float32Product, float32Quotient } from './float32';

/** Scale of a gate's pre-activation without layer norm: Q3.12. */
const PRE_ACTIVATION_SCALE = 2 ** -12;
/** Layer norm adds up a row in an int32, which this many int16 values cannot leave. */
const MAX_NORMALIZED_UNITS = 65_535;
/** Where the variance falls below 1, this many times the coefficients' scale takes its place, as an int32. */
const VARIANCE_FLOOR_FACTOR = 10_000;
const INT32_MAX = 2 ** 31 - 1;

/** An LSTM layer as integers, ready to run. */
export interface LoweredLstm {
  readonly kind: 'lstm';
  readonly op: LstmOp;
  /** One element per direction of the op. */
  readonly directions: readonly LstmDirectionParameters[];
}

/**
 * Turns the real scales of an integer LSTM into (multiplier, shift) pairs and folds zero points into biases, so that
 * everything after this is integers. Paper section 3.2; TFLite `lstm.cc`, `PopulateQuantizedLstmParams8x8_16` and
 * `PopulatePrecomputedZPTimesWeightsWithBias`.
 *
 * Every product of scales is rounded to float32 from left to right, as TFLite's are: it is part of the bits.
 *
 * @throws ModelFormatError naming the op, gate and tensor if one is missing, if scales make a factor that no multiplier
 * can hold, if an accumulator could wrap, or if layer norm would leave int32.
 */
export function lowerLstm(op: LstmOp, graph: Graph): LoweredLstm {
  return {
    kind: 'lstm',
    op,
    directions: op.directions.map((direction) => lowerDirection(op, direction, graph)),
  };
}

function lowerDirection(op: LstmOp, direction: LstmDirection, graph: Graph): LstmDirectionParameters {
  const { gates, projection } = direction;
  const inputElements = lastDimension(graph, gates.forget.inputWeights);
  const units = firstDimension(graph, gates.forget.inputWeights);
  const outputElements = lastDimension(graph, gates.forget.recurrentWeights);
  if (direction.hidden === null) {
    throw new ModelFormatError(
      `${op.name}: the scale of the hidden value (intermediate 4) is missing; requantize the model`,
    );
  }
  const hiddenScale = at(direction.hidden.scales, 0);
  const hiddenZeroPoint = at(direction.hidden.zeroPoints, 0);
  const outputScale = scaleOf(graph, direction.outputState);
  const cellScale = scaleOf(graph, direction.cellState);
  const cellScaleLog2 = Math.log2(cellScale);
  const lowerGate = (name: GateName, tensors: LstmGateTensors): LstmGateParameters =>
    lowerGateParameters(`${op.name} ${name} gate`, tensors, op.input, direction, graph);
  return {
    inputElements,
    units,
    outputElements,
    gates: {
      input: gates.input === null ? null : lowerGate('input', gates.input),
      forget: lowerGate('forget', gates.forget),
      cell: lowerGate('cell', gates.cell),
      output: lowerGate('output', gates.output),
    },
    cellScaleLog2,
    cellClip: quantizedClip(op.cellClip, cellScale, -32768, 32767),
    hiddenMultiplier: effectiveMultiplier(
      `${op.name} hidden value (intermediate 4)`,
      hiddenEffectiveScale(hiddenScale),
    ),
    hiddenOffset: projection === null ? hiddenZeroPoint : 0 - hiddenZeroPoint,
    projection:
      projection === null
        ? null
        : lowerProjection(op, projection, { hiddenScale, hiddenZeroPoint, outputScale }, graph),
    outputZeroPoint: zeroPointOf(graph, direction.outputState),
  };
}

function lowerGateParameters(
  subject: string,
  tensors: LstmGateTensors,
  input: TensorId,
  { outputState, cellState }: LstmDirection,
  graph: Graph,
): LstmGateParameters {
  const { inputWeights, recurrentWeights, peephole, layerNorm } = tensors;
  const units = firstDimension(graph, inputWeights);
  const bias = tensors.bias === null ? new Int32Array(units) : int32Constant(graph, tensors.bias);
  const noBias = new Int32Array(units);
  const preActivationScale = layerNorm === null ? PRE_ACTIVATION_SCALE : normalizedScale(subject, tensors);
  const named = (weights: TensorId): string => `${subject}, ${labelOf(graph, weights)}`;
  const multiplier = (weights: TensorId, product: number): QuantizedMultiplier =>
    effectiveMultiplier(named(weights), float32Quotient(product, preActivationScale));
  const scaledBy = (weights: TensorId, activation: TensorId): QuantizedMultiplier =>
    multiplier(weights, float32Product(scaleOf(graph, weights), scaleOf(graph, activation)));
  return {
    inputWeights: int8Constant(graph, inputWeights),
    recurrentWeights: int8Constant(graph, recurrentWeights),
    inputBias: effectiveBias(
      named(inputWeights),
      int8Constant(graph, inputWeights),
      layerNorm === null ? bias : noBias,
      0 - zeroPointOf(graph, input),
    ),
    recurrentBias: effectiveBias(
      named(recurrentWeights),
      int8Constant(graph, recurrentWeights),
      noBias,
      0 - zeroPointOf(graph, outputState),
    ),
    inputMultiplier: scaledBy(inputWeights, input),
    recurrentMultiplier: scaledBy(recurrentWeights, outputState),
    peephole:
      peephole === null
        ? null
        : {
            weights: int16Constant(graph, peephole),
            multiplier: multiplier(
              peephole,
              float32Product(scaleOf(graph, cellState), scaleOf(graph, peephole)),
            ),
          },
    layerNorm: layerNorm === null ? null : lowerLayerNorm(named(layerNorm), layerNorm, bias, graph),
  };
}

/** Scale at which a gate's sum goes into layer norm. */
function normalizedScale(subject: string, { preActivation }: LstmGateTensors): number {
  if (preActivation !== null) return at(preActivation.scales, 0);
  throw new ModelFormatError(
    `${subject}: the scale of its pre-activation is missing, which layer norm needs; requantize the model`,
  );
}

function lowerLayerNorm(
  subject: string,
  coefficients: TensorId,
  bias: Int32Array,
  graph: Graph,
): LayerNormParameters {
  const weights = int16Constant(graph, coefficients);
  if (weights.length > MAX_NORMALIZED_UNITS) {
    throw new ModelFormatError(
      `${subject}: layer norm over ${weights.length} units could leave int32; at most ${MAX_NORMALIZED_UNITS} are expected`,
    );
  }
  const scale = scaleOf(graph, coefficients);
  const varianceFloor = Math.trunc(float32Product(VARIANCE_FLOOR_FACTOR, scale));
  if (varianceFloor > INT32_MAX) {
    throw new ModelFormatError(
      `${subject}: its scale is ${scale}, which makes a least variance of ${varianceFloor}, beyond int32; ` +
        'below 214748 is expected, requantize the model',
    );
  }
  return {
    weights,
    bias,
    multiplier: effectiveMultiplier(subject, scale),
    varianceFloor: Math.max(1, varianceFloor),
  };
}

/** The hidden value on the projection path is stored with its zero point negated; the bias compensates with `+`. */
function lowerProjection(
  op: LstmOp,
  tensors: NonNullable<LstmDirection['projection']>,
  ranges: { hiddenScale: number; hiddenZeroPoint: number; outputScale: number },
  graph: Graph,
): LstmProjectionParameters {
  const weights = int8Constant(graph, tensors.weights);
  const outputElements = firstDimension(graph, tensors.weights);
  const bias = tensors.bias === null ? new Int32Array(outputElements) : int32Constant(graph, tensors.bias);
  const { hiddenScale, hiddenZeroPoint, outputScale } = ranges;
  const subject = `${op.name} projection, ${labelOf(graph, tensors.weights)}`;
  return {
    weights,
    bias: effectiveBias(subject, weights, bias, hiddenZeroPoint),
    multiplier: effectiveMultiplier(
      subject,
      float32Quotient(float32Product(scaleOf(graph, tensors.weights), hiddenScale), outputScale),
    ),
    clip: quantizedClip(op.projectionClip, outputScale, -128, 127),
  };
}

/** A real clip in units of `scale`, truncated; 0 (and anything that truncates to it) means none, as in TFLite. */
function quantizedClip(clip: number, scale: number, low: number, high: number): number {
  if (!(clip > 0)) return 0;
  return Math.trunc(Math.min(Math.max(float32Quotient(clip, scale), low), high));
}

/** Q0.15 times Q0.15 is Q0.30; one unit of the hidden value is `hiddenScale`. */
function hiddenEffectiveScale(hiddenScale: number): number {
  return float32Product(float32Quotient(2 ** -15, hiddenScale), 2 ** -15);
}

function labelOf(graph: Graph, id: TensorId): string {
  return `tensor ${id} ${JSON.stringify(tensorOf(graph, id).name)}`;
}

function firstDimension(graph: Graph, id: TensorId): number {
  return at(tensorOf(graph, id).shape, 0);
}

function lastDimension(graph: Graph, id: TensorId): number {
  const { shape } = tensorOf(graph, id);
  return at(shape, shape.length - 1);
}
