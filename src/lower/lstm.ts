import { quantizeMultiplier } from '../arith';
import type { QuantizedMultiplier } from '../arith';
import type {
  LstmDirectionParameters,
  LstmGateParameters,
  LstmProjectionParameters,
} from '../contract/lstm-parameters';
import { at, ModelFormatError } from '../errors';
import type { GateName, Graph, LstmDirection, LstmGateTensors, LstmOp, TensorId } from '../model';
import { int16Constant, int32Constant, int8Constant, scaleOf, tensorOf, zeroPointOf } from './constants';

/** Scale of a gate's pre-activation without layer norm: Q3.12. */
const PRE_ACTIVATION_SCALE = 2 ** -12;
/** int8 by int8 products reach 2^14, so an int32 accumulator has this much room. */
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
 * @throws ModelFormatError naming the op and gate if a tensor is missing or an accumulator could wrap.
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
    hiddenMultiplier: quantizeMultiplier(hiddenEffectiveScale(hiddenScale)),
    hiddenOffset: projection === null ? hiddenZeroPoint : -hiddenZeroPoint,
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
  direction: LstmDirection,
  graph: Graph,
): LstmGateParameters {
  const preActivationScale = at(tensors.preActivation?.scales ?? [PRE_ACTIVATION_SCALE], 0);
  const inputWeights = int8Constant(graph, tensors.inputWeights);
  const recurrentWeights = int8Constant(graph, tensors.recurrentWeights);
  const units = firstDimension(graph, tensors.inputWeights);
  const bias = tensors.bias === null ? new Int32Array(units) : int32Constant(graph, tensors.bias);
  const noBias = new Int32Array(units);
  const effectiveScale = (weights: TensorId, activation: TensorId): QuantizedMultiplier =>
    quantizeMultiplier(
      float32Quotient(
        float32Product(scaleOf(graph, weights), scaleOf(graph, activation)),
        preActivationScale,
      ),
    );
  return {
    inputWeights,
    recurrentWeights,
    inputBias: foldZeroPoint(
      `${subject}, input weights`,
      inputWeights,
      tensors.layerNorm === null ? bias : noBias,
      -zeroPointOf(graph, input),
    ),
    recurrentBias: foldZeroPoint(
      `${subject}, recurrent weights`,
      recurrentWeights,
      noBias,
      -zeroPointOf(graph, direction.outputState),
    ),
    inputMultiplier: effectiveScale(tensors.inputWeights, input),
    recurrentMultiplier: effectiveScale(tensors.recurrentWeights, direction.outputState),
    peephole:
      tensors.peephole === null
        ? null
        : {
            weights: int16Constant(graph, tensors.peephole),
            multiplier: quantizeMultiplier(
              float32Quotient(
                float32Product(scaleOf(graph, direction.cellState), scaleOf(graph, tensors.peephole)),
                preActivationScale,
              ),
            ),
          },
    layerNorm:
      tensors.layerNorm === null
        ? null
        : {
            weights: int16Constant(graph, tensors.layerNorm),
            bias,
            multiplier: quantizeMultiplier(scaleOf(graph, tensors.layerNorm)),
            varianceFloor: Math.max(1, Math.trunc(float32Product(10000, scaleOf(graph, tensors.layerNorm)))),
          },
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
  return {
    weights,
    bias: foldZeroPoint(`${op.name} projection`, weights, bias, hiddenZeroPoint),
    multiplier: quantizeMultiplier(
      float32Quotient(float32Product(scaleOf(graph, tensors.weights), hiddenScale), outputScale),
    ),
    clip: quantizedClip(op.projectionClip, outputScale, -128, 127),
  };
}

/**
 * `bias[r] + factor * sum_j weights[r, j]`, with proof that no accumulator of this row can leave int32: with int8
 * activations its magnitude is at most `|effective bias| + 128 * sum_j |weights[r, j]|`.
 */
function foldZeroPoint(subject: string, weights: Int8Array, bias: Int32Array, factor: number): Int32Array {
  const rows = bias.length;
  const depth = weights.length / rows;
  return bias.map((rowBias, row) => {
    let sum = 0;
    let magnitude = 0;
    for (const weight of weights.subarray(row * depth, (row + 1) * depth)) {
      sum += weight;
      magnitude += Math.abs(weight);
    }
    const effective = rowBias + factor * sum;
    if (Math.abs(effective) + 128 * magnitude > INT32_MAX) {
      throw new ModelFormatError(
        `${subject}: row ${row} with its bias can reach ${Math.abs(effective) + 128 * magnitude}, beyond the int32 accumulator; ` +
          'requantize the model with a larger bias scale or fewer inputs',
      );
    }
    return effective;
  });
}

/** A real clip in units of `scale`, truncated; 0 (and anything that truncates to it) means none, as in TFLite. */
function quantizedClip(clip: number, scale: number, low: number, high: number): number {
  if (!(clip > 0)) return 0;
  return Math.trunc(Math.min(Math.max(float32Quotient(clip, scale), low), high));
}

function float32Product(a: number, b: number): number {
  return Math.fround(Math.fround(a) * Math.fround(b));
}

function float32Quotient(a: number, b: number): number {
  return Math.fround(Math.fround(a) / Math.fround(b));
}

/** Q0.15 times Q0.15 is Q0.30; one unit of the hidden value is `hiddenScale`. */
function hiddenEffectiveScale(hiddenScale: number): number {
  return float32Product(float32Quotient(2 ** -15, hiddenScale), 2 ** -15);
}

function firstDimension(graph: Graph, id: TensorId): number {
  return at(tensorOf(graph, id).shape, 0);
}

function lastDimension(graph: Graph, id: TensorId): number {
  const { shape } = tensorOf(graph, id);
  return at(shape, shape.length - 1);
}
