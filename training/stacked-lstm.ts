import { at, ModelFormatError } from '../src/errors';
import type { GateName, LstmGateTensors, TensorId } from '../src/model';
import type { GraphBuilder } from './graph-builder';
import { rowsOf, weightsNamed } from '../src/import/pytorch/safetensors';
import type { NamedWeights, WeightsFile } from '../src/import/pytorch/safetensors';

/** A layer of our training scripts, whose file stacks what the gates have. */
export interface StackedLayer {
  /** Op name, and prefix of its tensors' names. */
  readonly name: string;
  /** Module name in the file: `layers.0`. */
  readonly module: string;
  /** Gates in the order of the stack; without the input gate they are coupled. */
  readonly gates: readonly GateName[];
  /** Gates that look at the cell state, in the order of their stack. */
  readonly peepholes: readonly GateName[];
  /** Whether every gate has layer norm. */
  readonly hasLayerNorm: boolean;
  readonly input: TensorId;
}

/**
 * Adds an LSTM with projection to a float graph.
 *
 * @returns the layer's output tensor, `[1, 1, projected]`.
 * @throws ModelFormatError if a gate other than the input gate is missing.
 */
export function addStackedLstm(builder: GraphBuilder, weights: WeightsFile, layer: StackedLayer): TensorId {
  const { name, module, gates, peepholes, hasLayerNorm, input } = layer;
  const part = (kind: string): NamedWeights => weightsNamed(weights, `${module}.${kind}`);
  const projectionWeights = part('projection_weights');
  const projectionBias = part('projection_bias');
  const [projected, units] = [at(projectionWeights.shape, 0), at(projectionWeights.shape, 1)];
  const optionalGate = (gateName: GateName): LstmGateTensors | null => {
    const index = gates.indexOf(gateName);
    if (index < 0) return null;
    const matrix = (label: string, kind: string): TensorId => {
      const { shape, data } = rowsOf(part(kind), index * units, (index + 1) * units);
      return builder.constant(`${name}/${gateName} gate/${label}`, shape, data);
    };
    const vector = (label: string, kind: string, row: number): TensorId => {
      const { data } = rowsOf(part(kind), row, row + 1);
      return builder.constant(`${name}/${gateName} gate/${label}`, [units], data);
    };
    const peephole = peepholes.indexOf(gateName);
    return {
      inputWeights: matrix('input weights', 'input_weights'),
      recurrentWeights: matrix('recurrent weights', 'recurrent_weights'),
      bias: vector('bias', 'bias', index),
      peephole: peephole < 0 ? null : vector('peephole', 'peephole', peephole),
      layerNorm: hasLayerNorm ? vector('layer norm', 'layer_norm', index) : null,
      preActivation: null,
    };
  };
  const gate = (gateName: GateName): LstmGateTensors => {
    const found = optionalGate(gateName);
    if (found === null) throw new ModelFormatError(`${name} has no ${gateName} gate`);
    return found;
  };
  const output = builder.activation(`${name}/output`, [1, 1, projected]);
  builder.add({
    kind: 'lstm',
    name,
    sourceIndex: builder.nextOp,
    input,
    directions: [
      {
        direction: 'forward',
        gates: {
          input: optionalGate('input'),
          forget: gate('forget'),
          cell: gate('cell'),
          output: gate('output'),
        },
        projection: {
          weights: builder.constant(
            `${name}/projection/weights`,
            projectionWeights.shape,
            projectionWeights.data,
          ),
          bias: builder.constant(`${name}/projection/bias`, projectionBias.shape, projectionBias.data),
        },
        hidden: null,
        outputState: builder.state(`${name}/output state`, [1, projected]),
        cellState: builder.state(`${name}/cell state`, [1, units]),
        output,
      },
    ],
    timeMajor: false,
    oneStep: false,
    cellClip: 0,
    projectionClip: 0,
  });
  return output;
}
