import { at, ModelFormatError } from '../../errors';
import { quoted } from '../../errors/quoted';
import type { GateName, LstmDirection, LstmGateTensors, TensorId } from '../../model';
import { GATES } from '../../model';
import type { GraphAssembler } from '../graph-assembler';
import type { View } from '../view';
import type { NamedWeights } from './safetensors';
import { rowsOf } from './safetensors';
import type { WeightsReader } from './weights-reader';

/** More layers than any module has. */
const MOST_LAYERS = 64;

/**
 * All layers and directions of a `torch.nn.LSTM`, over `[batch, time, features]`: how many there are, whether they have
 * biases and a projection (`proj_size`) follows from the names of the weights.
 *
 * @throws ModelFormatError naming a tensor that is missing or does not fit the others.
 */
export function addLstm(
  assembler: GraphAssembler,
  weights: WeightsReader,
  module: string,
  input: View,
  index: number,
): View {
  const layers = countLayers(weights, module);
  if (layers === 0) weights.take(`${module}.weight_ih_l0`);
  let hidden = input;
  for (let layer = 0; layer < layers; layer++) {
    assembler.beginNode(index, layers === 1 ? module : `${module}_l${layer}`);
    hidden = addLayer(assembler, weights, { module, layer }, hidden);
  }
  return hidden;
}

function countLayers(weights: WeightsReader, module: string): number {
  let layers = 0;
  while (layers < MOST_LAYERS && weights.has(`${module}.weight_ih_l${layers}`)) layers++;
  return layers;
}

interface LayerName {
  readonly module: string;
  readonly layer: number;
}

function addLayer(
  assembler: GraphAssembler,
  weights: WeightsReader,
  { module, layer }: LayerName,
  input: View,
): View {
  const name = assembler.nameOf('lstm');
  const isBidirectional = weights.has(`${module}.weight_ih_l${layer}_reverse`);
  const direction = (which: LstmDirection['direction']): LstmDirection => {
    const suffix = `_l${layer}${which === 'reverse' ? '_reverse' : ''}`;
    const prefix = isBidirectional ? `${name}/${which} ` : `${name}/`;
    return makeDirection(assembler, weights, { which, prefix, tensors: { module, suffix } }, input);
  };
  const forward = direction('forward');
  const directions: readonly [LstmDirection] | readonly [LstmDirection, LstmDirection] = isBidirectional
    ? [forward, direction('reverse')]
    : [forward];
  assembler.add('lstm', {
    input: input.source,
    directions,
    timeMajor: false,
    oneStep: false,
    cellClip: 0,
    projectionClip: 0,
  });
  if (!isBidirectional) return assembler.whole(forward.output);
  return assembler.emit('concatenation', { inputs: directions.map(({ output }) => output), axis: 2 });
}

interface DirectionName {
  readonly which: LstmDirection['direction'];
  /** Of the graph's tensors. */
  readonly prefix: string;
  /** Of the file's. */
  readonly tensors: { readonly module: string; readonly suffix: string };
}

/** PyTorch stacks each gate's rows in the order i, f, g, o, which is ours; its two biases are added. */
function makeDirection(
  assembler: GraphAssembler,
  weights: WeightsReader,
  { which, prefix, tensors: { module, suffix } }: DirectionName,
  { sourceShape }: View,
): LstmDirection {
  const nameOf = (kind: string): string => `${module}.${kind}${suffix}`;
  const part = (kind: string): NamedWeights => weights.take(nameOf(kind));
  const optional = (kind: string): NamedWeights | null => (weights.has(nameOf(kind)) ? part(kind) : null);
  const [batch = 1, , features = 0] = sourceShape;
  const recurrentWeights = part('weight_hh');
  const [rows = 0, outputs = 0] = recurrentWeights.shape;
  const units = rows / GATES.length;
  const check = (kind: string, found: NamedWeights | null, expected: readonly number[]): void => {
    if (found === null || (found.shape.join() === expected.join() && Number.isInteger(units) && units > 0))
      return;
    throw new ModelFormatError(
      `tensor ${quoted(nameOf(kind))}: has the shape [${found.shape.join(', ')}], [${expected.join(', ')}] expected; save all weights of one model`,
    );
  };
  const inputWeights = part('weight_ih');
  const [inputBias, recurrentBias, projection] = [
    optional('bias_ih'),
    optional('bias_hh'),
    optional('weight_hr'),
  ];
  check('weight_hh', recurrentWeights, [rows, projection === null ? units : outputs]);
  check('weight_ih', inputWeights, [rows, features]);
  check('bias_ih', inputBias, [rows]);
  check('bias_hh', recurrentBias, [rows]);
  check('weight_hr', projection, [outputs, units]);
  const bias = sumOf(inputBias, recurrentBias);
  const gate = (name: GateName): LstmGateTensors => {
    const first = GATES.indexOf(name) * units;
    const constant = (label: string, source: NamedWeights): TensorId => {
      const { shape, data } = rowsOf(source, first, first + units);
      return assembler.constant(`${prefix}${name} gate/${label}`, { shape, type: 'float', data });
    };
    return {
      inputWeights: constant('input weights', inputWeights),
      recurrentWeights: constant('recurrent weights', recurrentWeights),
      bias: bias === null ? null : constant('bias', bias),
      peephole: null,
      layerNorm: null,
      preActivation: null,
    };
  };
  return {
    direction: which,
    gates: { input: gate('input'), forget: gate('forget'), cell: gate('cell'), output: gate('output') },
    projection:
      projection === null
        ? null
        : {
            weights: assembler.constant(`${prefix}projection/weights`, { type: 'float', ...projection }),
            bias: null,
          },
    hidden: null,
    outputState: assembler.state(`${prefix}output state`, [batch, outputs]),
    cellState: assembler.state(`${prefix}cell state`, [batch, units]),
    output: assembler.value(`${prefix}output`),
  };
}

function sumOf(a: NamedWeights | null, b: NamedWeights | null): NamedWeights | null {
  if (a === null || b === null) return a ?? b;
  return { shape: a.shape, data: a.data.map((value, index) => value + at(b.data, index)) };
}
