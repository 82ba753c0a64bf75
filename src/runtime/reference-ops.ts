import { at, unreachable } from '../errors';
import type { LoweredLstm } from '../lower/lstm';
import { movePieces } from '../lower/moves';
import type { LoweredOp } from '../lower/program';
import type { TensorId } from '../model';
import { elementCount } from '../model/shapes';
import { fullyConnected } from '../reference/fully_connected';
import { lookup } from '../reference/lookup';
import { lstmSequence } from '../reference/lstm_sequence';
import type { LstmStepEvent } from '../reference/lstm_sequence';
import { move } from '../reference/move';
import { softmax } from '../reference/softmax';
import type { SessionState } from './executor';
import { layerName } from './layer-state';
import { sequenceLayout } from './layer-sizes';

/** What an op of the reference works on. */
export interface ReferenceContext {
  /** Row-major sizes of every tensor in this call. */
  readonly shapes: readonly (readonly number[])[];
  readonly lengths: Int32Array | null;
  /** Advanced in place. */
  readonly state: SessionState;
  readonly values: Map<TensorId, Int8Array>;
  readonly onStep: ((directionIndex: number, event: LstmStepEvent) => void) | null;
}

/** Runs one op by its twins; its inputs are in `values`, its outputs are added. */
export function runReferenceOp(lowered: LoweredOp, context: ReferenceContext): void {
  switch (lowered.kind) {
    case 'lstm':
      runLstm(lowered, context);
      return;
    case 'fullyConnected':
      fullyConnected(
        lowered.parameters,
        valueOf(context, lowered.op.input),
        makeValue(context, lowered.op.output),
      );
      return;
    case 'softmax': {
      const classes = at(context.shapes, lowered.op.input).at(-1) ?? 1;
      const input = valueOf(context, lowered.op.input);
      softmax(lowered.parameters, input, classes, makeValue(context, lowered.op.output));
      return;
    }
    case 'lookup':
      lookup(lowered.parameters, valueOf(context, lowered.op.input), makeValue(context, lowered.op.output));
      return;
    case 'move':
      for (const { source, destination, parameters } of movePieces(lowered.op, context.shapes)) {
        move(parameters, valueOf(context, source), madeValue(context, destination));
      }
      return;
    case 'quantize':
    case 'dequantize':
      // The host's, at the graph's ends.
      return;
    default:
      unreachable(lowered);
  }
}

function runLstm(lowered: LoweredLstm, context: ReferenceContext): void {
  const { op, directions } = lowered;
  const { state, shapes, lengths, onStep } = context;
  directions.forEach((parameters, index) => {
    const { direction, output } = at(op.directions, index);
    const name = layerName(lowered, index);
    const layerState = state.layers.find(({ layer }) => layer === name);
    if (layerState === undefined) throw new TypeError(`no state for ${name}`);
    lstmSequence({
      parameters,
      reversed: direction === 'reverse',
      layout: sequenceLayout(op, at(shapes, op.input)),
      lengths,
      input: valueOf(context, op.input),
      state: layerState,
      output: makeValue(context, output),
      ...(onStep === null
        ? {}
        : {
            onStep: (event) => {
              onStep(index, event);
            },
          }),
    });
  });
}

function valueOf({ values }: ReferenceContext, id: TensorId): Int8Array {
  const value = values.get(id);
  if (value === undefined) throw new TypeError(`tensor ${id} has no value yet`);
  return value;
}

function makeValue({ values, shapes }: ReferenceContext, id: TensorId): Int8Array {
  const value = new Int8Array(elementCount(at(shapes, id)));
  values.set(id, value);
  return value;
}

function madeValue(context: ReferenceContext, id: TensorId): Int8Array {
  return context.values.get(id) ?? makeValue(context, id);
}
