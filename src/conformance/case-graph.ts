import type { Graph, LstmGateTensors, LstmOp, Quantization, Tensor, TensorId } from '../model';
import type { Affine, ConformanceCase, Constant, GateConstants, LstmLayer } from './conformance-case';

/** The model of a case, in the graph form that `exportTflite` writes. */
export function graphOf(conformanceCase: ConformanceCase): Graph {
  return new CaseGraph(conformanceCase).build();
}

class CaseGraph {
  readonly #case: ConformanceCase;
  readonly #tensors: Tensor[] = [];
  readonly #ops: LstmOp[] = [];

  constructor(conformanceCase: ConformanceCase) {
    this.#case = conformanceCase;
  }

  build(): Graph {
    const { name, input, layers } = this.#case;
    const first = this.#sequence('x', layers[0].inputs, input);
    const last = layers.reduce((from, layer) => this.#lstm(layer, from), first);
    return { name, tensors: this.#tensors, ops: this.#ops, inputs: [first], outputs: [last] };
  }

  #lstm(layer: LstmLayer, input: TensorId): TensorId {
    const { batch, order } = this.#case;
    const { gates, projection, units, outputs, output, hidden } = layer;
    const sourceIndex = this.#ops.length;
    const name = `lstm_${sourceIndex}`;
    const gate = (role: string, constants: GateConstants): LstmGateTensors =>
      this.#gate(`${name} ${role} gate`, constants);
    const outputTensor = this.#sequence(`${name} output`, outputs, output);
    this.#ops.push({
      kind: 'lstm',
      name,
      sourceIndex,
      input,
      timeMajor: order === 'timeMajor',
      oneStep: order === 'oneStep',
      cellClip: layer.cellClip,
      projectionClip: layer.projectionClip,
      directions: [
        {
          direction: 'forward',
          gates: {
            input: gates.input === null ? null : gate('input', gates.input),
            forget: gate('forget', gates.forget),
            cell: gate('cell', gates.cell),
            output: gate('output', gates.output),
          },
          projection:
            projection === null
              ? null
              : {
                  weights: this.#matrix(`${name} projection weights`, projection.weights),
                  bias:
                    projection.bias === null
                      ? null
                      : this.#bias(
                          `${name} projection bias`,
                          projection.bias,
                          projection.weights.scale * hidden.scale,
                        ),
                },
          hidden: quantization(hidden.scale, hidden.zeroPoint),
          outputState: this.#add({
            name: `${name} output state`,
            shape: [batch, outputs],
            quantization: quantization(output.scale, output.zeroPoint),
            isVariable: true,
          }),
          cellState: this.#add({
            name: `${name} cell state`,
            shape: [batch, units],
            dtype: 'int16',
            quantization: quantization(2 ** layer.cellScaleLog2),
            isVariable: true,
          }),
          output: outputTensor,
        },
      ],
    });
    return outputTensor;
  }

  #gate(subject: string, { inputWeights, recurrentWeights, bias, peephole, layerNorm }: GateConstants) {
    return {
      inputWeights: this.#matrix(`${subject} input weights`, inputWeights),
      recurrentWeights: this.#matrix(`${subject} recurrent weights`, recurrentWeights),
      bias: this.#bias(`${subject} bias`, bias, layerNorm?.coefficients.scale ?? inputWeights.scale),
      peephole: peephole === null ? null : this.#vector(`${subject} peephole weights`, peephole),
      layerNorm:
        layerNorm === null
          ? null
          : this.#vector(`${subject} layer norm coefficients`, layerNorm.coefficients),
      preActivation: layerNorm === null ? null : quantization(layerNorm.preActivationScale),
    };
  }

  #sequence(name: string, features: number, { scale, zeroPoint }: Affine): TensorId {
    const { batch, timesteps, order } = this.#case;
    const lead = { batchMajor: [batch, timesteps], timeMajor: [timesteps, batch], oneStep: [batch] };
    return this.#add({
      name,
      shape: [...lead[order], features],
      quantization: quantization(scale, zeroPoint),
    });
  }

  #matrix(name: string, { columns, values, scale }: Constant<Int8Array>): TensorId {
    const shape = [values.length / columns, columns];
    return this.#add({ name, shape, quantization: quantization(scale), data: values });
  }

  #vector(name: string, { values, scale }: Constant<Int16Array>): TensorId {
    return this.#add({
      name,
      shape: [values.length],
      dtype: 'int16',
      quantization: quantization(scale),
      data: values,
    });
  }

  /** A bias's scale follows from its neighbours'; nothing computes with it. */
  #bias(name: string, values: Int32Array, scale: number): TensorId {
    return this.#add({
      name,
      shape: [values.length],
      dtype: 'int32',
      quantization: quantization(scale),
      data: values,
    });
  }

  #add(tensor: Pick<Tensor, 'name' | 'shape'> & Partial<Tensor>): TensorId {
    this.#tensors.push({ dtype: 'int8', quantization: null, data: null, isVariable: false, ...tensor });
    return (this.#tensors.length - 1) as TensorId;
  }
}

function quantization(scale: number, zeroPoint = 0): Quantization {
  return { scales: [Math.fround(scale)], zeroPoints: [zeroPoint], axis: null };
}
