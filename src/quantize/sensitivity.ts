import { at } from '../errors';
import type { DType, Graph, Op, Quantization, TensorId } from '../model';
import { GATES, opTensors } from '../model';
import { floatConstant } from './float/constants';
import { FloatRunner } from './float/runner';
import type { FloatTensor } from './float/tensor';
import type { CalibrationData } from './observe-samples';
import { ownConstants, withConstant } from './options/own-constants';
import type { QuantizedModel } from './quantize';
import type { Site } from './sites';
import { hiddenSite, preActivationSite, tensorSite } from './sites';
import { siteId } from './statistics/statistics';

/** What it costs to have one layer in integers and all others in real numbers. */
export interface LayerSensitivity {
  /** Name of the op. */
  readonly layer: string;
  /** Power of the model's outputs over that of their error, in decibels; Infinity where there is none. */
  readonly decibels: number;
}

/** The real values that integers of one type and meaning can stand for. */
interface Grid {
  readonly scale: number;
  readonly zeroPoint: number;
  readonly low: number;
  readonly high: number;
}

/** Scale of a gate's value before its activation, where there is no layer norm. */
const PRE_ACTIVATION: Quantization = { scales: [2 ** -12], zeroPoints: [0], axis: null };

/**
 * Puts one layer at a time on its integer grid and measures the model's outputs against real numbers: its weights, the states,
 * hidden values and pre-activations inside an LSTM, and its outputs. The layer that costs most comes first.
 *
 * @param quantized by `quantize`.
 * @param samples to measure on; gone through once. Memory is that of one sample's outputs.
 * @throws InputError if a sample has the wrong shape.
 */
export async function layerSensitivity(
  { graph: integer, floatGraph }: Pick<QuantizedModel, 'graph' | 'floatGraph'>,
  samples: CalibrationData,
): Promise<LayerSensitivity[]> {
  const owned = ownConstants(floatGraph);
  const layers = owned.ops.flatMap((op) => {
    const counterpart = integer.ops.find(({ name }) => name === op.name);
    return counterpart === undefined || isFloat(counterpart, integer)
      ? []
      : [new LayerTrial(op, counterpart, owned, integer)];
  });
  const real = new FloatRunner(owned);
  let signal = 0;
  for await (const sample of samples) {
    const expected = sample.calls.map((inputs) => real.run(inputs));
    real.reset();
    for (const outputs of expected) for (const { data } of outputs) signal += power(data);
    for (const layer of layers) layer.try(sample.calls, expected);
    await new Promise((resolve) => setTimeout(resolve));
  }
  return layers
    .map(({ name, error }) => ({ layer: name, decibels: 10 * Math.log10(signal / error) }))
    .sort((a, b) => a.decibels - b.decibels);
}

class LayerTrial {
  readonly name: string;
  error = 0;
  private readonly runner: FloatRunner;
  private readonly grids = new Map<string, Grid>();

  constructor(op: Op, counterpart: Op, owned: Graph, integer: Graph) {
    this.name = op.name;
    this.runner = new FloatRunner(withIntegerWeights(op, counterpart, owned, integer));
    const pairs = (role: 'outputs' | 'states'): void => {
      for (const [index, { id }] of opTensors(op)[role].entries()) {
        const { id: counterpartId } = at(opTensors(counterpart)[role], index);
        const { dtype, quantization } = at(integer.tensors, counterpartId);
        this.addGrid(tensorSite(owned, id), quantization, dtype);
      }
    };
    pairs('outputs');
    if (op.kind !== 'lstm' || counterpart.kind !== 'lstm') return;
    pairs('states');
    for (const [index, direction] of op.directions.entries()) {
      const { hidden, gates } = at(counterpart.directions, index);
      this.addGrid(hiddenSite(op, direction), hidden, 'int8');
      for (const name of GATES) {
        const preActivation = gates[name]?.preActivation ?? PRE_ACTIVATION;
        this.addGrid(preActivationSite(op, direction, name), preActivation, 'int16');
      }
    }
  }

  private addGrid(site: Site, quantization: Quantization | null, dtype: DType): void {
    if (quantization === null) return;
    const [scale, zeroPoint] = [at(quantization.scales, 0), at(quantization.zeroPoints, 0)];
    const [low, high] = dtype === 'int16' ? [-32768, 32767] : [-128, 127];
    this.grids.set(siteId(site), { scale, zeroPoint, low, high });
  }

  /** Runs a sample with this layer on its grid and adds up the outputs' error. */
  try(calls: readonly (readonly FloatTensor[])[], expected: readonly (readonly FloatTensor[])[]): void {
    const round = (site: Site, values: Float32Array): void => {
      const grid = this.grids.get(siteId(site));
      if (grid !== undefined) roundToGrid(values, grid);
    };
    for (const [call, inputs] of calls.entries()) {
      const found = this.runner.run(inputs, round);
      for (const [index, { data }] of at(expected, call).entries()) {
        const other = at(found, index).data;
        this.error += power(data.map((value, element) => value - at(other, element)));
      }
    }
    this.runner.reset();
  }
}

/** Whether an op of the integer graph computes with real numbers. */
function isFloat(op: Op, { tensors }: Graph): boolean {
  return opTensors(op).outputs.some(({ id }) => at(tensors, id).dtype === 'float32');
}

/** The float graph with one op's weights at the values that their integers mean. */
function withIntegerWeights(op: Op, counterpart: Op, owned: Graph, integer: Graph): Graph {
  const byRole = new Map(opTensors(counterpart).weights.map(({ role, id }) => [role, id]));
  return opTensors(op).weights.reduce((result, { role, id }) => {
    const integerId: TensorId | undefined = byRole.get(role);
    return integerId === undefined ? result : withConstant(result, id, floatConstant(integer, integerId));
  }, owned);
}

/** Rounds values in place: the run goes on with them. */
function roundToGrid(values: Float32Array, { scale, zeroPoint, low, high }: Grid): void {
  for (const [index, value] of values.entries()) {
    const q = Math.min(Math.max(Math.round(value / scale) + zeroPoint, low), high);
    values[index] = scale * (q - zeroPoint);
  }
}

function power(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value ** 2, 0);
}
