import { at } from '../src/errors';
import type { LstmGateTensors, TensorId } from '../src/model';
import type { GraphBuilder } from './graph-builder';
import { rowsOf, weightsNamed } from './safetensors';
import type { NamedWeights, WeightsFile } from './safetensors';

/** Where PyTorch stacks each gate's rows: its order is i, f, g, o, and g is the cell gate. */
const PYTORCH_GATES = { input: 0, forget: 1, cell: 2, output: 3 } as const;

/** What a layer is made from, and what it reads. */
export interface PytorchLayer {
  /** Op name, and prefix of its tensors' names. */
  readonly name: string;
  /** Module name in the file: `lstm` for `lstm.weight_ih_l0`. */
  readonly module: string;
  readonly layer: number;
  readonly input: TensorId;
  readonly batch: number;
  readonly steps: number;
}

/**
 * Adds one layer of a trained `torch.nn.LSTM` (one direction, `batch_first`, no projection) to a float graph.
 *
 * PyTorch adds two biases to each gate; their float32 sum is ours.
 *
 * @returns the layer's output tensor, `[batch, steps, units]`.
 */
export function addPytorchLstm(
  builder: GraphBuilder,
  weights: WeightsFile,
  { name, module, layer, input, batch, steps }: PytorchLayer,
): TensorId {
  const part = (kind: string): NamedWeights => weightsNamed(weights, `${module}.${kind}_l${layer}`);
  const inputWeights = part('weight_ih');
  const recurrentWeights = part('weight_hh');
  const inputBias = part('bias_ih');
  const recurrentBias = part('bias_hh');
  const units = at(recurrentWeights.shape, 1);
  const gate = (gateName: keyof typeof PYTORCH_GATES): LstmGateTensors => {
    const begin = PYTORCH_GATES[gateName] * units;
    const constant = (label: string, source: NamedWeights): TensorId => {
      const { shape, data } = rowsOf(source, begin, begin + units);
      return builder.constant(`${name}/${gateName} gate/${label}`, shape, data);
    };
    const bias = inputBias.data.map((value, index) => value + at(recurrentBias.data, index));
    return {
      inputWeights: constant('input weights', inputWeights),
      recurrentWeights: constant('recurrent weights', recurrentWeights),
      bias: constant('bias', { shape: inputBias.shape, data: bias }),
      peephole: null,
      layerNorm: null,
      preActivation: null,
    };
  };
  const output = builder.activation(`${name}/output`, [batch, steps, units]);
  builder.add({
    kind: 'lstm',
    name,
    sourceIndex: builder.nextOp,
    input,
    directions: [
      {
        direction: 'forward',
        gates: { input: gate('input'), forget: gate('forget'), cell: gate('cell'), output: gate('output') },
        projection: null,
        hidden: null,
        outputState: builder.state(`${name}/output state`, [batch, units]),
        cellState: builder.state(`${name}/cell state`, [batch, units]),
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
