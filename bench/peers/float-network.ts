import type { BenchNetwork } from '../../src/bench';
import { at } from '../../src/errors';
import type { Graph, LstmDirection, LstmGateTensors, TensorId } from '../../src/model';

/** One gate in real numbers; matrices are row-major, a row per unit. */
export interface FloatGate {
  readonly inputWeights: Float32Array;
  readonly recurrentWeights: Float32Array;
  readonly bias: Float32Array;
}

export interface FloatLayer {
  readonly inputElements: number;
  readonly units: number;
  readonly gates: Readonly<Record<GateName, FloatGate>>;
}

export type GateName = 'input' | 'forget' | 'cell' | 'output';

/** A gate's weights as the integer network has them, for peers that quantize themselves. */
export interface IntegerMatrix {
  readonly values: Int8Array;
  readonly scale: number;
}

/** Why a network cannot be given to a peer that has plain float layers only; null if it can. */
export function floatRefusal({ shape }: BenchNetwork): string | null {
  if (shape === null) return 'only random networks are rebuilt in float';
  const options = new Set<string>();
  for (const { projection, variant } of shape.layers) {
    if (variant.layerNorm) options.add('layer norm');
    if (projection !== null) options.add('projection');
    if (variant.coupledGates) options.add('coupled gates');
    if (variant.peephole) options.add('peepholes');
  }
  return options.size === 0 ? null : `its LSTM layer is not built with ${[...options].join(', ')}`;
}

/** Layers with the real values of the integer network's weights. */
export function floatLayers({ graph }: BenchNetwork): FloatLayer[] {
  return directionsOf(graph).map(({ gates }) => {
    const gate = (tensors: LstmGateTensors): FloatGate => {
      const { values, scale } = integerMatrix(graph, tensors.inputWeights);
      return {
        inputWeights: realValues(values, scale),
        recurrentWeights: realMatrix(graph, tensors.recurrentWeights),
        bias: realBias(graph, tensors.bias, inputScale(graph) * scale),
      };
    };
    const [units = 0, inputElements = 0] = at(graph.tensors, gates.forget.inputWeights).shape;
    return {
      inputElements,
      units,
      gates: {
        input: gate(required(gates.input)),
        forget: gate(gates.forget),
        cell: gate(gates.cell),
        output: gate(gates.output),
      },
    };
  });
}

/** Weights of one layer by gate. */
export function integerMatrices(
  { graph }: BenchNetwork,
  layer: number,
  which: 'inputWeights' | 'recurrentWeights',
): Readonly<Record<GateName, IntegerMatrix>> {
  const { gates } = at(directionsOf(graph), layer);
  const matrix = (tensors: LstmGateTensors): IntegerMatrix => integerMatrix(graph, tensors[which]);
  return {
    input: matrix(required(gates.input)),
    forget: matrix(gates.forget),
    cell: matrix(gates.cell),
    output: matrix(gates.output),
  };
}

/** The input of a call in real numbers, `[batch, timesteps, features]`. */
export function floatInput({ graph, inputs }: BenchNetwork): Float32Array {
  const [values] = Object.values(inputs);
  if (values === undefined) throw new TypeError('the network has no input');
  return values instanceof Float32Array ? values : realValues(values, inputScale(graph));
}

/** `[first, second, features]` as `[second, first, features]`. */
export function swapRows(values: Float32Array, first: number, second: number): Float32Array {
  const features = values.length / first / second;
  const result = new Float32Array(values.length);
  for (let row = 0; row < first; row++) {
    for (let column = 0; column < second; column++) {
      const from = (row * second + column) * features;
      result.set(values.subarray(from, from + features), (column * first + row) * features);
    }
  }
  return result;
}

/** Gates of `[units, depth]`, side by side as one `[depth, gates * units]`. */
export function transposeGates<T extends Int8Array | Float32Array>(
  gates: readonly T[],
  units: number,
  depth: number,
  result: T,
): T {
  const columns = gates.length * units;
  gates.forEach((values, gate) => {
    for (let unit = 0; unit < units; unit++) {
      for (let element = 0; element < depth; element++) {
        result[element * columns + gate * units + unit] = values[unit * depth + element] ?? 0;
      }
    }
  });
  return result;
}

function directionsOf(graph: Graph): LstmDirection[] {
  return graph.ops.flatMap((op) => (op.kind === 'lstm' ? [op.directions[0]] : []));
}

function required(gate: LstmGateTensors | null): LstmGateTensors {
  if (gate === null) throw new TypeError('a plain layer has four gates');
  return gate;
}

/** All activations of random networks have one scale, and zero points are 0. */
function inputScale(graph: Graph): number {
  return scaleOf(graph, at(graph.inputs, 0));
}

function scaleOf(graph: Graph, id: TensorId): number {
  const { quantization, name } = at(graph.tensors, id);
  if (quantization?.scales.length !== 1 || at(quantization.zeroPoints, 0) !== 0) {
    throw new TypeError(`${name} has not one scale and the zero point 0`);
  }
  return at(quantization.scales, 0);
}

function integerMatrix(graph: Graph, id: TensorId): IntegerMatrix {
  const { data, name } = at(graph.tensors, id);
  if (!(data instanceof Int8Array)) throw new TypeError(`${name} is no int8 constant`);
  return { values: data, scale: scaleOf(graph, id) };
}

function realMatrix(graph: Graph, id: TensorId): Float32Array {
  const { values, scale } = integerMatrix(graph, id);
  return realValues(values, scale);
}

/** A bias is in units of the product of input and weight scale. */
function realBias(graph: Graph, id: TensorId | null, scale: number): Float32Array {
  const data = id === null ? null : at(graph.tensors, id).data;
  if (!(data instanceof Int32Array)) throw new TypeError('a plain gate has an int32 bias');
  return realValues(data, scale);
}

function realValues(values: Int8Array | Int32Array, scale: number): Float32Array {
  return Float32Array.from(values, (value) => value * scale);
}
