import { at } from '../../../errors';
import type { GateName, LstmDirection, LstmGateTensors, TensorId } from '../../../model';
import { GATES } from '../../../model';
import type { NdArray } from '../../nd-array';
import type { NodeReader } from '../node-reader';

/** Where ONNX stacks each gate's rows: input, output, forget, cell. */
const ONNX_GATES: Readonly<Record<GateName, number>> = { input: 0, output: 1, forget: 2, cell: 3 };
/** The same for peephole weights; the cell gate has none. */
const ONNX_PEEPHOLES = { input: 0, output: 1, forget: 2 } as const;

/** Inputs of the node, by slot. */
const SLOTS = { W: 1, R: 2, B: 3, P: 7 } as const;

export interface LstmSizes {
  readonly directions: 1 | 2;
  readonly units: number;
  readonly features: number;
}

/** The weights of one node, all directions. */
export class LstmWeights {
  readonly sizes: LstmSizes;
  readonly #inputWeights: NdArray;
  readonly #recurrentWeights: NdArray;
  readonly #bias: NdArray | null;
  readonly #peephole: NdArray | null;

  /** @throws ModelFormatError if they do not fit each other; UnsupportedModelError if they are not constant. */
  constructor(
    private readonly node: NodeReader,
    directions: 1 | 2,
  ) {
    const recurrentWeights = node.constant(SLOTS.R, 'R');
    const inputWeights = node.constant(SLOTS.W, 'W');
    const units = recurrentWeights.shape[2] ?? 0;
    const features = inputWeights.shape[2] ?? 0;
    this.sizes = { directions, units, features };
    const checked = (array: NdArray | null, role: string, expected: readonly number[]): NdArray | null => {
      if (array === null || (array.shape.join() === expected.join() && array.type === 'float')) return array;
      return node.fail(
        `its ${role} has the shape [${array.shape.join(', ')}], [${expected.join(', ')}] expected`,
      );
    };
    checked(recurrentWeights, 'R', [directions, 4 * units, units]);
    checked(inputWeights, 'W', [directions, 4 * units, features]);
    this.#recurrentWeights = recurrentWeights;
    this.#inputWeights = inputWeights;
    this.#bias = checked(node.optionalConstant(SLOTS.B, 'B'), 'B', [directions, 8 * units]);
    const peephole = checked(node.optionalConstant(SLOTS.P, 'P'), 'P', [directions, 3 * units]);
    this.#peephole = peephole?.data.some((value) => value !== 0) === true ? peephole : null;
  }

  /**
   * The gates of one direction, as constants of the graph.
   *
   * With `input_forget`, ONNX keeps the input gate i and lets f = 1 - i; we keep the forget gate and let i = 1 - f. As
   * 1 - logistic(x) = logistic(-x), the forget gate with the input gate's weights negated is the same layer.
   */
  gates(direction: 0 | 1, prefix: string, isCoupled: boolean): LstmDirection['gates'] {
    const gate = (name: GateName, source = name, sign: 1 | -1 = 1): LstmGateTensors => {
      const label = `${prefix}${name} gate/`;
      return {
        inputWeights: this.#matrix(`${label}input weights`, this.#inputWeights, direction, source, sign),
        recurrentWeights: this.#matrix(
          `${label}recurrent weights`,
          this.#recurrentWeights,
          direction,
          source,
          sign,
        ),
        bias: this.#biasOf(`${label}bias`, direction, source, sign),
        peephole: this.#peepholeOf(`${label}peephole weights`, direction, source, sign),
        layerNorm: null,
        preActivation: null,
      };
    };
    const [input, forget, cell, output] = GATES;
    return {
      input: isCoupled ? null : gate(input),
      forget: isCoupled ? gate(forget, input, -1) : gate(forget),
      cell: gate(cell),
      output: gate(output),
    };
  }

  #matrix(name: string, source: NdArray, direction: number, gate: GateName, sign: 1 | -1): TensorId {
    const { units } = this.sizes;
    const columns = at(source.shape, 2);
    const first = (4 * direction + ONNX_GATES[gate]) * units * columns;
    const data = source.data.subarray(first, first + units * columns);
    return this.#constant(name, [units, columns], signed(data, sign));
  }

  /** ONNX has two biases per gate, which are added. */
  #biasOf(name: string, direction: number, gate: GateName, sign: 1 | -1): TensorId | null {
    const { units } = this.sizes;
    const bias = this.#bias?.data;
    if (bias === undefined) return null;
    const first = (8 * direction + ONNX_GATES[gate]) * units;
    const sum = Float32Array.from({ length: units }, (_, unit) => {
      return sign * (at(bias, first + unit) + at(bias, first + 4 * units + unit));
    });
    return this.#constant(name, [units], sum);
  }

  #peepholeOf(name: string, direction: number, gate: GateName, sign: 1 | -1): TensorId | null {
    const { units } = this.sizes;
    if (this.#peephole === null || gate === 'cell') return null;
    const first = (3 * direction + ONNX_PEEPHOLES[gate]) * units;
    return this.#constant(name, [units], signed(this.#peephole.data.subarray(first, first + units), sign));
  }

  #constant(name: string, shape: readonly number[], data: NdArray['data']): TensorId {
    return this.node.assembler.constant(name, { shape, type: 'float', data });
  }
}

function signed(data: NdArray['data'], sign: 1 | -1): NdArray['data'] {
  return sign === 1 ? data : data.map((value) => -value);
}
