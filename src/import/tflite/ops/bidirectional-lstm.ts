import { at } from '../../../errors';
import type { LstmDirection, LstmOp, Op, Quantization, Tensor, TensorId } from '../../../model';
import { canAdvanceTogether } from '../../../model';
import { BidirectionalSequenceLSTMOptions } from '../generated/bidirectional-sequence-lstmoptions';
import { BuiltinOptions } from '../generated/builtin-options';
import {
  AUXILIARY_SLOTS,
  BIDIRECTIONAL_LSTM_INPUTS,
  BIDIRECTIONAL_LSTM_SLOTS,
} from '../bidirectional-lstm-slots';
import { LSTM_INPUT_SLOT } from '../lstm-slots';
import type { OperatorReader } from '../operator-reader';
import { readStates, readWeights, requireTanh } from './lstm-direction';

/** Both layouts of a sequence end with the features. */
const FEATURE_AXIS = 2;

type DirectionWithoutOutput = Omit<LstmDirection, 'hidden' | 'output'>;

/**
 * BIDIRECTIONAL_SEQUENCE_LSTM: a forward and a reverse layer over one input; with merged outputs also the concatenation
 * of their features. Directions that differ in size or options become two ops, which do not advance together.
 */
export function readBidirectionalSequenceLstm(operator: OperatorReader): readonly Op[] {
  operator.requireInputs(BIDIRECTIONAL_LSTM_INPUTS);
  refuseAuxiliaryInputs(operator);
  const options = operator.options(
    BuiltinOptions.BidirectionalSequenceLSTMOptions,
    new BidirectionalSequenceLSTMOptions(),
  );
  requireTanh(operator, options?.fusedActivationFunction());
  const isMerged = options?.mergeOutputs() ?? false;
  operator.requireOutputs(isMerged ? 1 : 2);
  const layer: Omit<LstmOp, 'kind' | 'name' | 'sourceIndex' | 'directions'> = {
    input: operator.input(LSTM_INPUT_SLOT, 'input'),
    timeMajor: options?.timeMajor() ?? true,
    oneStep: false,
    cellClip: options?.cellClip() ?? 0,
    projectionClip: options?.projClip() ?? 0,
  };
  const partial = [readDirection(operator, 'forward'), readDirection(operator, 'reverse')] as const;
  const [forward, reverse] = isMerged
    ? [mergedPart(operator, partial[0]), mergedPart(operator, partial[1])]
    : [separateOutput(operator, partial[0], 0), separateOutput(operator, partial[1], 1)];
  const layers: LstmOp[] = canAdvanceTogether(operator.graphTensors, forward, reverse)
    ? [{ ...operator.base('lstm'), ...layer, directions: [forward, reverse] }]
    : [
        { ...operator.base('lstm', 'forward'), ...layer, directions: [forward] },
        { ...operator.base('lstm', 'reverse'), ...layer, directions: [reverse] },
      ];
  if (!isMerged) return layers;
  const inputs = [forward.output, reverse.output];
  return [
    ...layers,
    { ...operator.base('concatenation'), inputs, output: operator.output(0), axis: FEATURE_AXIS },
  ];
}

function refuseAuxiliaryInputs(operator: OperatorReader): void {
  const found = AUXILIARY_SLOTS.filter((slot) => operator.hasInput(slot));
  if (found.length === 0) return;
  operator.refuse(
    `has an auxiliary input or its weights (inputs ${found.join(', ')}), as cross-linked layers do; ` +
      'concatenate both directions between stacked layers instead',
  );
}

function readDirection(
  operator: OperatorReader,
  direction: LstmDirection['direction'],
): DirectionWithoutOutput {
  const slots = BIDIRECTIONAL_LSTM_SLOTS[direction];
  const prefix = `${direction} `;
  return {
    direction,
    ...readWeights(operator, slots, prefix),
    ...readStates(operator, slots, prefix),
  };
}

function separateOutput(
  operator: OperatorReader,
  partial: DirectionWithoutOutput,
  slot: number,
): LstmDirection {
  const { quantization } = operator.outputTensor(slot);
  return { ...partial, hidden: hiddenOf(partial, quantization), output: operator.output(slot) };
}

/** A direction's share of the merged output, which has the merged tensor's scale. */
function mergedPart(operator: OperatorReader, partial: DirectionWithoutOutput): LstmDirection {
  const merged = operator.outputTensor(0);
  const sequence = operator.inputShape(LSTM_INPUT_SLOT, 'input').slice(0, FEATURE_AXIS);
  const output = operator.addTensor({
    ...merged,
    name: `${merged.name} ${partial.direction}`,
    shape: [...sequence, outputElements(operator.graphTensors, partial)],
  });
  return { ...partial, hidden: hiddenOf(partial, merged.quantization), output };
}

/**
 * The op has no intermediates, so nothing states the hidden value's scale: without projection the hidden value is the
 * output; with it an integer layer lacks something, which `requireIntegerGraph` says.
 */
function hiddenOf({ projection }: DirectionWithoutOutput, output: Quantization | null): Quantization | null {
  return projection === null ? output : null;
}

function outputElements(tensors: readonly Tensor[], { gates }: DirectionWithoutOutput): number {
  const id: TensorId = gates.forget.recurrentWeights;
  return at(tensors, id).shape.at(-1) ?? 0;
}
