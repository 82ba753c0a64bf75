import { at } from '../../../errors';
import { UnsupportedReasons } from '../../../errors/unsupported-reasons';
import type { LstmDirection, TensorId } from '../../../model';
import type { NdArray } from '../../nd-array';
import type { NodeReader } from '../node-reader';
import type { StateName } from '../session-states';
import { once } from '../value';
import type { View } from '../../view';
import { isWhole, transposedView, viewShape } from '../../view';
import { LstmWeights } from './lstm-weights';

/** Inputs of the node, by slot. */
const SLOTS = { X: 0, sequence_lens: 4, initial_h: 5, initial_c: 6 } as const;
const OUTPUTS = { Y: 0, Y_h: 1, Y_c: 2 } as const;

/**
 * Clipping a pre-activation this far out moves logistic and tanh by less than 2^-25, half of float32's last place at 1, so
 * it may be left out: exp(-17.4) < 2^-25.
 */
const HARMLESS_CLIP = 17.4;

const DEFAULT_ACTIVATIONS = ['sigmoid', 'tanh', 'tanh'] as const;
const DIRECTIONS = {
  forward: ['forward'],
  reverse: ['reverse'],
  bidirectional: ['forward', 'reverse'],
} as const;

interface LstmSettings {
  readonly directions: (typeof DIRECTIONS)[keyof typeof DIRECTIONS];
  readonly isCoupled: boolean;
  /** `[batch, time, …]` instead of `[time, batch, …]`, and directions behind what they belong to. */
  readonly isBatchFirst: boolean;
}

/** ONNX operator LSTM: https://onnx.ai/onnx/operators/onnx__LSTM.html */
export function readLstm(node: NodeReader): void {
  node.requireInputs(3, 8);
  node.requireOutputs(0, 3);
  const settings = readSettings(node);
  const { directions, isCoupled, isBatchFirst } = settings;
  const weights = new LstmWeights(node, directions.length);
  const hiddenSize = node.int('hidden_size', weights.sizes.units);
  if (hiddenSize !== weights.sizes.units) {
    node.fail(`its hidden_size is ${hiddenSize}, its R has ${weights.sizes.units} units`);
  }
  node.requireAllRead();
  const input = node.activation(SLOTS.X, 'X');
  const { features, units } = weights.sizes;
  const [batchAxis, timeAxis] = isBatchFirst ? [0, 1] : [1, 0];
  const shape = viewShape(input);
  const [batch, steps] = [shape[batchAxis] ?? 0, shape[timeAxis] ?? 0];
  if (shape.length !== 3 || shape[2] !== features) {
    node.fail(
      `its X has the shape [${shape.join(', ')}], three dimensions, the last of them ${features}, expected`,
    );
  }
  requireFullLengths(node, steps);
  const { source, timeMajor } = sequenceOf(node, transposedView(input, [batchAxis, timeAxis, 2]));
  const name = node.assembler.nameOf('lstm');
  const makeDirection = (index: 0 | 1): LstmDirection => {
    const direction = at(directions, index);
    const prefix = directions.length === 1 ? `${name}/` : `${name}/${direction} `;
    return {
      direction,
      gates: weights.gates(index, prefix, isCoupled),
      projection: null,
      hidden: null,
      outputState: node.assembler.state(`${prefix}output state`, [batch, units]),
      cellState: node.assembler.state(`${prefix}cell state`, [batch, units]),
      output: node.assembler.value(`${prefix}output`),
    };
  };
  const first = makeDirection(0);
  const made: readonly [LstmDirection] | readonly [LstmDirection, LstmDirection] =
    directions.length === 1 ? [first] : [first, makeDirection(1)];
  node.assembler.add('lstm', {
    input: source,
    directions: made,
    timeMajor,
    oneStep: false,
    cellClip: 0,
    projectionClip: 0,
  });
  defineOutputs(node, { outputs: made, batch, units, timeMajor, isBatchFirst });
}

/** @throws UnsupportedModelError with every attribute that the graph's LSTM has no counterpart for. */
function readSettings(node: NodeReader): LstmSettings {
  const reasons = new UnsupportedReasons();
  const direction = node.string('direction', 'forward');
  const directions = Object.entries(DIRECTIONS).find(([name]) => name === direction)?.[1];
  const clip = node.float('clip', 0);
  if (clip !== 0 && !(clip >= HARMLESS_CLIP)) {
    reasons.add(
      node.subject,
      `its clip is ${clip}, a bound of the gates' pre-activations; none, or at least ${HARMLESS_CLIP}, which changes nothing, is expected: train without it`,
    );
  }
  const activations = node.strings('activations') ?? [];
  const isDefault = activations.every(
    (name, index) => name.toLowerCase() === DEFAULT_ACTIVATIONS[index % DEFAULT_ACTIVATIONS.length],
  );
  if (!isDefault) {
    reasons.add(
      node.subject,
      `its activations are ${activations.join(', ')}; Sigmoid, Tanh, Tanh are expected, train the layer with them`,
    );
  }
  // Neither function has parameters.
  node.floats('activation_alpha');
  node.floats('activation_beta');
  // Of old versions; a hint that all outputs are wanted.
  node.int('output_sequence', 0);
  reasons.throwIfAny();
  if (directions === undefined) {
    return node.fail(
      `its direction is ${JSON.stringify(direction)}; forward, reverse or bidirectional is expected`,
    );
  }
  return {
    directions,
    isCoupled: node.int('input_forget', 0) !== 0,
    isBatchFirst: node.int('layout', 0) === 1,
  };
}

/** Lengths that say nothing new may be left out. */
function requireFullLengths(node: NodeReader, steps: number): void {
  if (!node.hasInput(SLOTS.sequence_lens)) return;
  const lengths = node.input(SLOTS.sequence_lens, 'sequence_lens');
  if (lengths.kind === 'constant' && lengths.array.data.every((length) => length === steps)) return;
  const found =
    lengths.kind === 'constant' ? `are [${Array.from(lengths.array.data).join(', ')}]` : 'are not constant';
  node.refuse(
    `its sequence_lens ${found}; none are expected: export the model without them, and give lengths to session.run`,
  );
}

/** The input as an LSTM of the graph takes it, in the order that it is in already where that will do. */
function sequenceOf(
  node: NodeReader,
  batchFirst: View,
): { readonly source: TensorId; readonly timeMajor: boolean } {
  const timeFirst = transposedView(batchFirst, [1, 0, 2]);
  if (isWhole(timeFirst) && !isWhole(batchFirst)) return { source: timeFirst.source, timeMajor: true };
  return { source: node.assembler.materialize(batchFirst), timeMajor: false };
}

interface LayerOutputs {
  readonly outputs: readonly LstmDirection[];
  readonly batch: number;
  readonly units: number;
  readonly timeMajor: boolean;
  readonly isBatchFirst: boolean;
}

function defineOutputs(node: NodeReader, layer: LayerOutputs): void {
  if (node.isUsed(OUTPUTS.Y)) node.outputView(OUTPUTS.Y, sequenceOutput(node, layer));
  const { outputs, batch, units, isBatchFirst } = layer;
  const shape = isBatchFirst ? [batch, outputs.length, units] : [outputs.length, batch, units];
  const numbers = node.states.numberNode(node.subject, shape, {
    h: initialState(node, 'h', shape),
    c: initialState(node, 'c', shape),
  });
  node.output(OUTPUTS.Y_h, {
    kind: 'state',
    origin: 'output',
    numbers: numbers.h,
    view: once(() => lastOutput(node, layer)),
  });
  node.output(OUTPUTS.Y_c, {
    kind: 'state',
    origin: 'output',
    numbers: numbers.c,
    view: () =>
      node.refuse(
        'its Y_c is used to compute something; the cell state leaves a layer as state only, use Y or Y_h instead',
      ),
  });
}

/** Numbers of the elements that an input of the model puts into a state; null where it starts at zero. */
function initialState(node: NodeReader, state: StateName, expected: readonly number[]): NdArray | null {
  const role = `initial_${state}`;
  const slot = state === 'h' ? SLOTS.initial_h : SLOTS.initial_c;
  if (!node.hasInput(slot)) return null;
  const value = node.input(slot, role);
  const shape = node.inputShape(slot, role);
  if (shape.join() !== expected.join()) {
    node.fail(`its ${role} has the shape [${shape.join(', ')}], [${expected.join(', ')}] expected`);
  }
  if (value.kind === 'constant' && value.array.data.every((element) => element === 0)) return null;
  if (value.kind === 'state' && value.origin === 'input') return value.numbers;
  const found = value.kind === 'constant' ? 'a constant other than zero' : 'computed by the model';
  return node.refuse(
    `its ${role} is ${found}; zeros, or an input of the model that nothing else uses, are expected: set it with loadState of a session`,
  );
}

/** Y: `[time, directions, batch, units]`, or with layout 1 `[batch, time, directions, units]`. */
function sequenceOutput(node: NodeReader, { outputs, units, timeMajor, isBatchFirst }: LayerOutputs): View {
  const [time, batch] = timeMajor ? [0, 1] : [1, 0];
  const [first, second] = outputs.map(({ output }) => output);
  if (first === undefined) return node.fail('it has no direction');
  if (second === undefined) {
    const axes = isBatchFirst ? [batch, time, null, 2] : [time, null, batch, 2];
    return { ...node.assembler.whole(first), axes };
  }
  const both = node.assembler.emit('concatenation', { inputs: [first, second], axis: 2 });
  const [a = 1, b = 1] = both.sourceShape;
  const apart = node.assembler.reshape(both.source, [a, b, 2, units]);
  return { ...apart, axes: isBatchFirst ? [batch, time, 2, 3] : [time, 2, batch, 3] };
}

/**
 * Y_h: each direction's output at the timestep that it comes to last, `[directions, batch, units]` or, with layout 1,
 * `[batch, directions, units]`.
 */
function lastOutput(
  node: NodeReader,
  { outputs, batch, units, timeMajor, isBatchFirst }: LayerOutputs,
): View {
  const last = outputs.map(({ direction, output }) => {
    const time = { kind: 'index', index: direction === 'forward' ? -1 : 0 } as const;
    const all = { kind: 'range', begin: null, end: null, stride: 1 } as const;
    return node.assembler.emit('slice', { input: output, dimensions: timeMajor ? [time] : [all, time] })
      .source;
  });
  const [first, second] = last;
  if (first === undefined) return node.fail('it has no direction');
  if (second === undefined) {
    const whole = node.assembler.whole(first);
    return { ...whole, axes: isBatchFirst ? [0, null, 1] : [null, 0, 1] };
  }
  const both = node.assembler.emit('concatenation', { inputs: [first, second], axis: 1 });
  const apart = node.assembler.reshape(both.source, [batch, 2, units]);
  return { ...apart, axes: isBatchFirst ? [0, 1, 2] : [1, 0, 2] };
}
