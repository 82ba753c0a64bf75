/**
 * An integer LSTM a second time: straight from a model's tensors and real scales, in BigInt, one formula after the other as
 * TFLite's rules are written down, no bias folded and no value packed. It shares nothing with `src/lower`, `src/reference`
 * and `src/arith`, and is what those are tested against. Slow on purpose.
 */
import { GATES } from '../../src/model';
import type { GateName, Graph, LstmDirection, LstmOp, TensorId } from '../../src/model';
import { quantizationOf } from '../support/integer-lstm';
import * as oracle from '../arith/oracle';

/** Every stage of a timestep, per gate or per unit; gates that a layer lacks are missing. */
export interface OracleStages {
  readonly inputAccumulator: PerGate;
  readonly inputSide: PerGate;
  readonly recurrentAccumulator: PerGate;
  /** Both sides, before peepholes. */
  readonly sum: PerGate;
  readonly peepholeSum: PerGate;
  readonly preActivation: PerGate;
  /** The input gate of coupled gates is here. */
  readonly activation: PerGate;
  readonly cell: readonly bigint[];
  readonly hidden: readonly bigint[];
  readonly output: readonly bigint[];
}

export type PerGate = Partial<Record<GateName, readonly bigint[]>>;

type Factor = readonly [multiplier: bigint, shift: number];

const saturate = (x: bigint, bits: number): bigint => {
  const most = 2n ** BigInt(bits - 1) - 1n;
  return x > most ? most : x < -most - 1n ? -most - 1n : x;
};

/** C's frexp by halving and doubling. */
export function quantize(real: number): Factor {
  if (real === 0) return [0n, 0];
  let [mantissa, exponent] = [real, 0];
  for (; mantissa >= 1; exponent++) mantissa /= 2;
  for (; mantissa < 0.5; exponent--) mantissa *= 2;
  let multiplier = BigInt(Math.floor(mantissa * 2 ** 31 + 0.5));
  if (multiplier === 2n ** 31n) [multiplier, exponent] = [2n ** 30n, exponent + 1];
  return exponent < -31 ? [0n, 0] : [multiplier, exponent];
}

const times = (x: bigint, [multiplier, shift]: Factor): bigint => oracle.mbqm(x, multiplier, shift);

/** One direction of a layer; advances h and c row by row. */
export class LstmOracle {
  readonly #op: LstmOp;
  readonly #direction: LstmDirection;
  readonly #graph: Graph;

  constructor(graph: Graph, op: LstmOp, directionIndex = 0) {
    this.#graph = graph;
    this.#op = op;
    this.#direction = op.directions[directionIndex]!;
  }

  /** One timestep of one batch row. */
  step(x: readonly bigint[], h: readonly bigint[], c: readonly bigint[]): OracleStages {
    const { gates, projection, outputState, cellState, hidden: hiddenRange } = this.#direction;
    const cellLog2 = Math.log2(this.#scale(cellState));
    const stages = {
      inputAccumulator: {} as PerGate,
      inputSide: {} as PerGate,
      recurrentAccumulator: {} as PerGate,
      sum: {} as PerGate,
      peepholeSum: {} as PerGate,
      preActivation: {} as PerGate,
      activation: {} as PerGate,
    };
    const open = (name: GateName, cell: readonly bigint[]): readonly bigint[] => {
      const gate = gates[name]!;
      const gateScale = gate.layerNorm === null ? 2 ** -12 : gate.preActivation!.scales[0]!;
      const inputFactor = this.#factor(
        this.#scale(gate.inputWeights),
        this.#scale(this.#op.input),
        gateScale,
      );
      const recurrentFactor = this.#factor(
        this.#scale(gate.recurrentWeights),
        this.#scale(outputState),
        gateScale,
      );
      const bias = gate.bias === null ? c.map(() => 0n) : this.#integers(gate.bias);
      const noBias = c.map(() => 0n);
      stages.inputAccumulator[name] = this.#product(
        gate.inputWeights,
        x,
        this.#zeroPoint(this.#op.input),
        gate.layerNorm === null ? bias : noBias,
      );
      stages.inputSide[name] = stages.inputAccumulator[name].map((sum) =>
        saturate(times(sum, inputFactor), 16),
      );
      stages.recurrentAccumulator[name] = this.#product(
        gate.recurrentWeights,
        h,
        this.#zeroPoint(outputState),
        noBias,
      );
      const inputSide = stages.inputSide[name];
      stages.sum[name] = stages.recurrentAccumulator[name].map((sum, unit) =>
        saturate(inputSide[unit]! + times(sum, recurrentFactor), 16),
      );
      let sums = stages.sum[name];
      if (gate.peephole !== null) {
        const factor = this.#factor(2 ** cellLog2, this.#scale(gate.peephole), gateScale);
        const weights = this.#integers(gate.peephole);
        sums = sums.map((sum, unit) => saturate(sum + times(weights[unit]! * cell[unit]!, factor), 16));
      }
      stages.peepholeSum[name] = sums;
      stages.preActivation[name] =
        gate.layerNorm === null ? sums : this.#normalize(sums, gate.layerNorm, bias);
      stages.activation[name] = stages.preActivation[name].map((value) =>
        name === 'cell' ? oracle.tanh(value, 3) : oracle.logistic(value),
      );
      return stages.activation[name];
    };

    const forget = open('forget', c);
    const candidate = open('cell', c);
    stages.activation.input = gates.input === null ? forget.map((f) => 32767n - f) : open('input', c);
    const input = stages.activation.input;
    const cellClip = this.#clip(this.#op.cellClip, this.#scale(cellState), 32767);
    const cell = c.map((previous, unit) => {
      const kept = saturate(oracle.rdivpot(forget[unit]! * previous, 15), 16);
      const added = saturate(oracle.rdivpot(input[unit]! * candidate[unit]!, 30 + cellLog2), 16);
      return this.#bound(saturate(kept + added, 16), cellClip);
    });
    const output = open('output', cell);

    const hiddenScale = hiddenRange!.scales[0]!;
    const hiddenZeroPoint = BigInt(hiddenRange!.zeroPoints[0]!);
    const hiddenFactor = quantize(Math.fround(Math.fround(2 ** -15 / hiddenScale) * 2 ** -15));
    const sign = projection === null ? 1n : -1n;
    const hidden = cell.map((value, unit) =>
      saturate(
        times(output[unit]! * oracle.tanh(value, 15 + cellLog2), hiddenFactor) + sign * hiddenZeroPoint,
        8,
      ),
    );
    if (projection === null) return { ...stages, cell, hidden, output: hidden };

    const outputScale = this.#scale(outputState);
    const factor = this.#factor(this.#scale(projection.weights), hiddenScale, outputScale);
    const projectionBias = projection.bias === null ? h.map(() => 0n) : this.#integers(projection.bias);
    const clip = this.#clip(this.#op.projectionClip, outputScale, 127);
    const projected = this.#product(projection.weights, hidden, -hiddenZeroPoint, projectionBias).map((sum) =>
      this.#bound(saturate(times(sum, factor) + this.#zeroPoint(outputState), 8), clip),
    );
    return { ...stages, cell, hidden, output: projected };
  }

  /** The state after a reset. */
  initialState(): { readonly h: readonly bigint[]; readonly c: readonly bigint[] } {
    const { outputState, cellState } = this.#direction;
    const elements = (id: TensorId): number => this.#graph.tensors[id]!.shape.at(-1)!;
    return {
      h: Array.from({ length: elements(outputState) }, () => this.#zeroPoint(outputState)),
      c: Array.from({ length: elements(cellState) }, () => 0n),
    };
  }

  /** Sums of weight times distance from the zero point, plus bias. */
  #product(
    weights: TensorId,
    values: readonly bigint[],
    zeroPoint: bigint,
    bias: readonly bigint[],
  ): bigint[] {
    const matrix = this.#integers(weights);
    return bias.map((start, row) =>
      values.reduce(
        (sum, value, column) => sum + matrix[row * values.length + column]! * (value - zeroPoint),
        start,
      ),
    );
  }

  #normalize(sums: readonly bigint[], coefficients: TensorId, bias: readonly bigint[]): bigint[] {
    const scale = this.#scale(coefficients);
    const floor = BigInt(Math.max(1, Math.trunc(Math.fround(10000 * scale))));
    const total = sums.reduce((sum, value) => sum + value, 0n);
    const squares = sums.reduce((sum, value) => sum + value * value, 0n);
    const statistics = oracle.layerNormStatistics(total, squares, BigInt(sums.length), floor);
    const weights = this.#integers(coefficients);
    return sums.map((value, unit) =>
      oracle.layerNormElement(value, statistics, weights[unit]!, bias[unit]!, quantize(scale)),
    );
  }

  #factor(first: number, second: number, divisor: number): Factor {
    return quantize(Math.fround(Math.fround(first * second) / divisor));
  }

  /** 0 for none. */
  #clip(real: number, scale: number, most: number): bigint {
    return real > 0 ? BigInt(Math.trunc(Math.min(Math.fround(Math.fround(real) / scale), most))) : 0n;
  }

  #bound(value: bigint, clip: bigint): bigint {
    if (clip === 0n) return value;
    return value > clip ? clip : value < -clip ? -clip : value;
  }

  #scale(id: TensorId): number {
    return quantizationOf(this.#graph, id).scales[0]!;
  }

  #zeroPoint(id: TensorId): bigint {
    return BigInt(quantizationOf(this.#graph, id).zeroPoints[0]!);
  }

  #integers(id: TensorId): bigint[] {
    return Array.from(this.#graph.tensors[id]!.data as Int8Array | Int16Array | Int32Array, BigInt);
  }
}

/** `[4, units]` as the twins hold what is kept per gate; 0 where a gate is missing. */
export function gateMajor(values: PerGate, units: number): number[] {
  return GATES.flatMap((name) => (values[name] ?? Array<bigint>(units).fill(0n)).map(Number));
}

export const numbers = (values: readonly bigint[]): number[] => values.map(Number);
export const bigints = (values: ArrayLike<number>): bigint[] => Array.from(values, BigInt);
