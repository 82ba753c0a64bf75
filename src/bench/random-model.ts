import type { Graph, LstmDirection, LstmGateTensors, LstmOp, Quantization, Tensor, TensorId } from '../model';
import { RandomInt8 } from './random-int8';
import type { BenchLayer, BenchShape } from './shapes';

/** Real range of activations and hidden values: [-1, 1). */
const ACTIVATION_SCALE = 2 ** -7;
/** Q4.11 cell states. */
const CELL_SCALE = 2 ** -11;
/** Q3.12 pre-activations of normalised gates, and layer norm coefficients near 1. */
const PRE_ACTIVATION_SCALE = 2 ** -12;
const LAYER_NORM_SCALE = 2 ** -14;
/** Peephole weights between -1/4 and 1/4. */
const PEEPHOLE_SCALE = 2 ** -15;

type GateName = 'input' | 'forget' | 'cell' | 'output';

/**
 * The network of a benchmarked shape with seeded random weights, scaled so that gates stay between closed and open: a
 * saturated network would hide wrong results.
 */
export function randomModel(shape: BenchShape, seed: number): Graph {
  return new RandomModel(shape, seed).build();
}

/** Input of one call, `[batch, timesteps, inputElements]`. */
export function randomInput(
  { inputElements, timesteps, batch }: BenchShape,
  seed: number,
): Int8Array<ArrayBuffer> {
  return new RandomInt8(seed).values(batch * timesteps * inputElements);
}

class RandomModel {
  readonly #shape: BenchShape;
  readonly #random: RandomInt8;
  readonly #tensors: Tensor[] = [];

  constructor(shape: BenchShape, seed: number) {
    this.#shape = shape;
    this.#random = new RandomInt8(seed);
  }

  build(): Graph {
    const { name, inputElements, timesteps, batch, layers } = this.#shape;
    const input = this.#activation('input', [batch, timesteps, inputElements]);
    let value = input;
    let depth = inputElements;
    const ops: LstmOp[] = [];
    for (const layer of layers) {
      const op = this.#lstm(`lstm_${ops.length}`, value, depth, layer, ops.length);
      ops.push(op);
      value = op.directions[0].output;
      depth = layer.projection ?? layer.units;
    }
    return { name, tensors: this.#tensors, ops, inputs: [input], outputs: [value] };
  }

  #lstm(
    name: string,
    input: TensorId,
    inputElements: number,
    layer: BenchLayer,
    sourceIndex: number,
  ): LstmOp {
    const { timesteps, batch } = this.#shape;
    const { units, projection, variant } = layer;
    const outputs = projection ?? units;
    const gate = (gateName: GateName): LstmGateTensors =>
      this.#gate(`${name} ${gateName}`, gateName, inputElements, outputs, layer);
    const direction: LstmDirection = {
      direction: 'forward',
      gates: {
        input: variant.coupledGates ? null : gate('input'),
        forget: gate('forget'),
        cell: gate('cell'),
        output: gate('output'),
      },
      projection:
        projection === null
          ? null
          : { weights: this.#matrix(`${name} projection`, projection, units), bias: null },
      hidden: perTensor(ACTIVATION_SCALE),
      outputState: this.#tensor({
        name: `${name} output state`,
        shape: [batch, outputs],
        quantization: perTensor(ACTIVATION_SCALE),
        isVariable: true,
      }),
      cellState: this.#tensor({
        name: `${name} cell state`,
        shape: [batch, units],
        dtype: 'int16',
        quantization: perTensor(CELL_SCALE),
        isVariable: true,
      }),
      output: this.#activation(`${name} output`, [batch, timesteps, outputs]),
    };
    return {
      kind: 'lstm',
      name,
      sourceIndex,
      input,
      directions: [direction],
      timeMajor: false,
      oneStep: false,
      cellClip: 0,
      projectionClip: 0,
    };
  }

  #gate(
    name: string,
    gate: GateName,
    inputs: number,
    outputs: number,
    { units, variant }: BenchLayer,
  ): LstmGateTensors {
    return {
      inputWeights: this.#matrix(`${name} input weights`, units, inputs),
      recurrentWeights: this.#matrix(`${name} recurrent weights`, units, outputs),
      bias: this.#tensor({
        name: `${name} bias`,
        shape: [units],
        dtype: 'int32',
        quantization: null,
        data: Int32Array.from({ length: units }, () => this.#random.integer(-2048, 2048)),
      }),
      // The candidate has no peephole connection.
      peephole: variant.peephole && gate !== 'cell' ? this.#peephole(`${name} peephole`, units) : null,
      layerNorm: variant.layerNorm
        ? this.#tensor({
            name: `${name} layer norm`,
            shape: [units],
            dtype: 'int16',
            quantization: perTensor(LAYER_NORM_SCALE),
            data: Int16Array.from({ length: units }, () => this.#random.integer(8192, 24_576)),
          })
        : null,
      preActivation: variant.layerNorm ? perTensor(PRE_ACTIVATION_SCALE) : null,
    };
  }

  #peephole(name: string, units: number): TensorId {
    return this.#tensor({
      name,
      shape: [units],
      dtype: 'int16',
      quantization: perTensor(PEEPHOLE_SCALE),
      data: Int16Array.from({ length: units }, () => this.#random.integer(-8192, 8192)),
    });
  }

  /** Rows of random weights whose product with full-range activations has a standard deviation near 1. */
  #matrix(name: string, rows: number, columns: number): TensorId {
    return this.#tensor({
      name,
      shape: [rows, columns],
      quantization: perTensor(2 ** -5 / Math.sqrt(columns)),
      data: this.#random.values(rows * columns),
    });
  }

  #activation(name: string, shape: readonly number[]): TensorId {
    return this.#tensor({ name, shape, quantization: perTensor(ACTIVATION_SCALE) });
  }

  #tensor(tensor: Pick<Tensor, 'name' | 'shape' | 'quantization'> & Partial<Tensor>): TensorId {
    this.#tensors.push({ dtype: 'int8', data: null, isVariable: false, ...tensor });
    return (this.#tensors.length - 1) as TensorId;
  }
}

function perTensor(scale: number): Quantization {
  return { scales: [Math.fround(scale)], zeroPoints: [0], axis: null };
}
