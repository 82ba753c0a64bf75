import { GATES } from '../../../src/model';
import type { GateName, Graph, LstmGateTensors, TensorId } from '../../../src/model';
import type { LstmVariant } from '../../../src/quantize';
import { GraphBuilder } from '../../../training/graph-builder';

export const VARIANTS: readonly LstmVariant[] = Array.from({ length: 16 }, (_, bits) => ({
  layerNorm: (bits & 8) !== 0,
  projection: (bits & 4) !== 0,
  peephole: (bits & 2) !== 0,
  coupledInputForget: (bits & 1) !== 0,
}));

export function variantName(variant: LstmVariant): string {
  const stages = [
    variant.layerNorm ? 'layer norm' : '',
    variant.projection ? 'projection' : '',
    variant.peephole ? 'peephole' : '',
    variant.coupledInputForget ? 'CIFG' : '',
  ].filter((stage) => stage !== '');
  return stages.length === 0 ? 'plain' : stages.join(' + ');
}

export interface LstmGraphOptions {
  readonly variant: LstmVariant;
  readonly direction?: 'forward' | 'reverse';
  readonly batch: number;
  readonly steps: number;
  readonly inputs: number;
  readonly units: number;
  /** Outputs of the projection. */
  readonly projected: number;
  readonly cellClip?: number;
  readonly projectionClip?: number;
  /**
   * Values of a constant. `stream` numbers the constant: 10 for the input gate, 20 forget, 30 cell, 40 output, plus 0
   * input weights, 1 recurrent weights, 2 bias, 3 peephole, 4 layer norm; 60 projection weights, 61 projection bias.
   */
  readonly values: (stream: number, count: number) => Float32Array;
}

/** A float graph of one LSTM of any variant: tensors `x`, `y`, `h`, `c`, and constants such as `forget.bias`. */
export function lstmGraph(options: LstmGraphOptions): Graph {
  const { variant, batch, steps, inputs, units, projected, values } = options;
  const outputs = variant.projection ? projected : units;
  const builder = new GraphBuilder('lstm graph');
  const input = builder.activation('x', [batch, steps, inputs]);
  const constant = (name: string, stream: number, shape: readonly number[]): TensorId =>
    builder.constant(
      name,
      shape,
      values(
        stream,
        shape.reduce((product, size) => product * size, 1),
      ),
    );
  const gate = (name: GateName): LstmGateTensors => {
    const stream = 10 * (1 + GATES.indexOf(name));
    return {
      inputWeights: constant(`${name}.inputWeights`, stream, [units, inputs]),
      recurrentWeights: constant(`${name}.recurrentWeights`, stream + 1, [units, outputs]),
      bias: constant(`${name}.bias`, stream + 2, [units]),
      peephole:
        variant.peephole && name !== 'cell' ? constant(`${name}.peephole`, stream + 3, [units]) : null,
      layerNorm: variant.layerNorm ? constant(`${name}.layerNorm`, stream + 4, [units]) : null,
      preActivation: null,
    };
  };
  const output = builder.activation('y', [batch, steps, outputs]);
  builder.add({
    kind: 'lstm',
    name: 'lstm_0',
    sourceIndex: 0,
    input,
    directions: [
      {
        direction: options.direction ?? 'forward',
        gates: {
          input: variant.coupledInputForget ? null : gate('input'),
          forget: gate('forget'),
          cell: gate('cell'),
          output: gate('output'),
        },
        projection: variant.projection
          ? {
              weights: constant('projection.weights', 60, [outputs, units]),
              bias: constant('projection.bias', 61, [outputs]),
            }
          : null,
        hidden: null,
        outputState: builder.state('h', [batch, outputs]),
        cellState: builder.state('c', [batch, units]),
        output,
      },
    ],
    timeMajor: false,
    oneStep: false,
    cellClip: options.cellClip ?? 0,
    projectionClip: options.projectionClip ?? 0,
  });
  return builder.build([input], [output]);
}

/** Multiples of 1/1024 in [-1, 1) from a 32-bit mix of stream and index, as `golden/float_lstm.py` makes them. */
export function noise(stream: number, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => {
    let x = Math.imul(index + stream * 7919, 2654435761);
    x = Math.imul(x ^ (x >>> 15), 2246822519);
    x ^= x >>> 13;
    return ((x >>> 21) - 1024) / 1024;
  });
}

export type LstmSizes = Pick<LstmGraphOptions, 'batch' | 'steps' | 'inputs' | 'units' | 'projected'>;

/** A float LSTM with weights of the size that training leaves: about 1 / sqrt(fan in) for matrices. */
export function trainedLstmGraph(
  variant: LstmVariant,
  direction: 'forward' | 'reverse',
  sizes: LstmSizes,
): Graph {
  const { inputs, units, projected } = sizes;
  const outputs = variant.projection ? projected : units;
  const spread = (stream: number): number => {
    if (stream === 60) return Math.sqrt(3 / units);
    return [Math.sqrt(3 / inputs), Math.sqrt(3 / outputs), 0.5, 0.3, 1][stream % 10]!;
  };
  return lstmGraph({
    variant,
    direction,
    ...sizes,
    values: (stream, count) => {
      const values = noise(stream, count);
      // Layer-norm coefficients lie around 1.
      return stream % 10 === 4
        ? values.map((value) => 1 + 0.5 * value)
        : values.map((value) => spread(stream) * value);
    },
  });
}
